#!/usr/bin/env bash
# Every check of the project, with the time each took. Stops at the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
  local name="$1" start=$SECONDS
  shift
  echo "== $name: $*"
  "$@"
  echo "== $name: $((SECONDS - start)) s"
}

full=full-integration
if [ -e tests/simulators/src/sample/mod.rs ]; then full=full-integration,sample; fi

step "format" cargo fmt --all --check
step "window: types" npm --prefix ui run --silent check
step "window: lint" npm --prefix ui run --silent lint
step "window: tests" npm --prefix ui run --silent test
step "window: screens" npm --prefix ui run --silent test:screens
step "window: build" npm --prefix ui run --silent build
step "window: bench page" npm --prefix ui run --silent bench

for features in standalone sync-engine canvas-integration discourse-integration full-integration; do
  step "clippy $features" cargo clippy -q -p lectern --no-default-features --features "$features" --lib -- -D warnings
done
step "clippy everything" cargo clippy -q --workspace --all-targets --features "custom-protocol,$full" -- -D warnings

echo "== borders"
if cargo tree -q -p lectern --no-default-features --features standalone -e normal | grep -qE '\b(reqwest|hyper|rustls|tauri) v'; then
  echo "The standalone build holds network code." >&2
  exit 1
fi
if cargo tree -q -p domain -e normal | grep -qE '\b(tokio|sqlx|redb|reqwest|tauri) v'; then
  echo "The domain is not pure." >&2
  exit 1
fi

if ! command -v cargo-deny >/dev/null; then
  step "install cargo-deny" cargo install -q cargo-deny --locked
fi
step "licences" cargo deny --all-features check bans licenses sources

# Seeds that once failed are named in tests/simulation/tests/seeds.rs; `make soak` plays more.
# From 100000 on they hold more; each fortieth is played on SQLite. Too few in the time is a failure.
step "schedules" cargo run -q -p simulation --bin soak -- 100000..112000 0..4000 --threads 2 --disk-every 40 --seconds 480 --at-least 8000
step "tests" cargo test -q --workspace --features "custom-protocol,$full"
for features in standalone sync-engine; do
  step "tests $features" cargo test -q -p lectern --no-default-features --features "$features" --lib
done

# The real window: the tour, hostile documents, the corpus in the editors, the keychain, and where a token may not be.
step "real window: binary" cargo build -q -p lectern --bin lectern --features "custom-protocol,$full"
step "keychain" scripts/in_window.sh cargo test -q -p lectern --features "custom-protocol,$full" --lib secrets
step "real window" scripts/in_window.sh cargo test -q -p e2e -- --nocapture --test-threads=1
