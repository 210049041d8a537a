#!/usr/bin/env bash
# What a change may break: format, types, tests, the real window, with the time each took. Stops at the first that fails. What the
# compiler's lints say, for everything and for each set of features, is in `make more`: they build all of it a second time.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
  local name="$1" start=$SECONDS
  shift
  echo "== $name: $*"
  "$@"
  echo "== $name: $((SECONDS - start)) s"
}

full=full-integration,sample

step "format" cargo fmt --all --check
step "window: types" npm --prefix ui run --silent check
step "window: lint" npm --prefix ui run --silent lint
step "window: tests" npm --prefix ui run --silent test
step "window: screens" npm --prefix ui run --silent test:screens -- all light,dark,small
step "window: build" npm --prefix ui run --silent build
step "window: bench page" npm --prefix ui run --silent bench

echo "== borders"
if cargo tree -q -p lectern --no-default-features --features standalone -e normal | grep -qE '\b(reqwest|hyper|rustls|tauri) v'; then
  echo "The standalone build holds network code." >&2
  exit 1
fi
if cargo tree -q -p domain -e normal | grep -qE '\b(tokio|sqlx|redb|reqwest|tauri) v'; then
  echo "The domain is not pure." >&2
  exit 1
fi

# Every step names the whole workspace and one set of features: another selection has other features in what is shared, and all of it
# is built a second time.
everything=(--workspace --features "custom-protocol,$full")

# Seeds that once failed are named in tests/simulation/tests/seeds.rs; `make more` plays thousands, `make soak` as many as you like.
# With the tests of the command line comes the program itself, which the steps below start.
step "tests" cargo test -q "${everything[@]}"

# The real window: the tour, hostile documents, the corpus in the editors, the keychain, and where a token may not be.
step "keychain" scripts/in_window.sh cargo test -q "${everything[@]}" --lib secrets
windows=()
for test in tests/e2e/tests/*.rs; do windows+=(--test "$(basename "$test" .rs)"); done
step "real window" scripts/in_window.sh cargo test -q "${everything[@]}" "${windows[@]}" -- --nocapture --test-threads=1
