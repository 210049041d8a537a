#!/usr/bin/env bash
# Gets other people's clients of both sites from PyPI, once, into the target folder, and prints the Python that knows them.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="${CARGO_TARGET_DIR:-target}/clients"
if [ ! -e "$folder/.installed" ]; then
  mkdir -p "$(dirname "$folder")"
  echo "Installing clients that others wrote, from PyPI, into $folder" >&2
  python3 -m venv "$folder"
  "$folder/bin/pip" -q install -r tests/simulators/tests/clients/requirements.txt >&2
  touch "$folder/.installed"
fi
echo "$(cd "$folder" && pwd)/bin/python"
