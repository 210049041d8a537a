#!/usr/bin/env bash
# Times Lectern beside other people's clients, in one run: `make peers`. Gets them from PyPI into the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
clients="$(scripts/clients.sh)"
cargo build -q --release -p lectern --bin lecternctl --no-default-features --features cli,full-integration
cargo build -q --release -p simulators --bin serve
LECTERN_BIN="$target/release" "$clients" scripts/peers.py "$@"
