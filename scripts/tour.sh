#!/usr/bin/env bash
# Walks the whole main job in the real window, in a virtual display: prints the sync reports, leaves pictures in target/tour/.
# `scripts/tour.sh [BINARY]`; without one it is the binary where Cargo puts it.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then export LECTERN_BINARY="$1"; fi
rm -rf target/tour
scripts/in_window.sh cargo test -q -p e2e --test tour -- --nocapture
echo
echo "Pictures of each step:"
ls target/tour/*.png
