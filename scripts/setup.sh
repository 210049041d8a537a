#!/usr/bin/env bash
# Checks the two tools that are not installed for you, then installs what is missing. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

version_of() { "$1" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9]+' | head -1; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -1)" = "$2" ]; }

rust=$(version_of rustc || true)
if ! command -v cargo >/dev/null || [ -z "$rust" ] || ! at_least "$rust" 1.94; then
  echo "Lectern needs Rust 1.94 or newer; found: ${rust:-none}. Get it from https://rustup.rs, then run this again." >&2
  exit 1
fi
node=$(version_of node || true)
if ! command -v npm >/dev/null || [ -z "$node" ] || ! at_least "$node" 20.0; then
  echo "Lectern needs Node.js 20 or newer with npm; found: ${node:-none}. Get it from https://nodejs.org, then run this again." >&2
  exit 1
fi

packages=(build-essential pkg-config libwebkit2gtk-4.1-dev libxdo-dev libssl-dev librsvg2-dev file
  xvfb xauth dbus dbus-x11 gnome-keyring webkit2gtk-driver hunspell-en-us imagemagick chromium python3-venv)
missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
fi
if [ ${#missing[@]} -gt 0 ]; then
  sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "These packages are missing and this user may not install them: ${missing[*]}" >&2; exit 1; }
    sudo=sudo
  fi
  echo "Installing system packages: ${missing[*]}"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || { echo "apt-get could not install: ${missing[*]}. Install them by hand, then run this again." >&2; exit 1; }
fi

if [ ! -e ui/node_modules/.installed ] || [ ui/package-lock.json -nt ui/node_modules/.installed ]; then
  echo "Installing the window's packages (npm ci)"
  (cd ui && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed)
fi
