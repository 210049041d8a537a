#!/usr/bin/env bash
# What takes longer and breaks seldom, after `make test`: lints, every promised set of features, licences, thousands of schedules.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
  local name="$1" start=$SECONDS
  shift
  echo "== $name: $*"
  "$@"
  echo "== $name: $((SECONDS - start)) s"
}

# One selection for all that is built with every feature, as in `make test`.
everything=(--workspace --features custom-protocol,full-integration,sample)

step "window: screens, zoomed" npm --prefix ui run --silent test:screens -- all zoom200,zoom400

step "clippy everything" cargo clippy -q "${everything[@]}" --all-targets -- -D warnings
for features in standalone sync-engine canvas-integration discourse-integration full-integration; do
  step "clippy $features" cargo clippy -q -p lectern --no-default-features --features "$features" --lib -- -D warnings
done
step "tests sync-engine" cargo test -q -p lectern --no-default-features --features sync-engine --lib
step "tests store without sync" cargo test -q -p store
step "tests standalone" cargo test -q -p lectern --no-default-features --features standalone,cli

# A workspace is given to a build without the sync, and back.
cargo build -q -p lectern --bin lecternctl --no-default-features --features standalone,cli
other="$(mktemp -d)"
trap 'rm -rf "$other"' EXIT
cp "${CARGO_TARGET_DIR:-target}/debug/lecternctl" "$other/"
step "one workspace, two builds" env LECTERN_STANDALONE="$other/lecternctl" \
  cargo test -q "${everything[@]}" --test runner other_build

# Clients that others wrote for real sites use the simulated ones.
python="$(scripts/clients.sh)"
step "clients of others" env LECTERN_PYTHON="$python" cargo test -q "${everything[@]}" --test canvas_python --test pydiscourse

if ! command -v cargo-deny >/dev/null; then
  step "install cargo-deny" cargo install -q cargo-deny --locked
fi
step "licences" cargo deny --all-features check bans licenses sources

# From 100000 on they hold more, from 1000000 on linked documents; each tenth is played on SQLite.
step "schedules" cargo run -q --profile simulation -p simulation --bin soak -- 100000..114000 0..4000 1000000..1002000 --threads 2 --disk-every 10
