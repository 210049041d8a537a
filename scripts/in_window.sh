#!/usr/bin/env bash
# Runs a command with a display, a session bus and a keychain of its own: the person's ones are not touched.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder/home" CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
export XDG_RUNTIME_DIR="$folder/run" XDG_DATA_HOME="$folder/data" XDG_CONFIG_HOME="$folder/config" XDG_CACHE_HOME="$folder/cache"
mkdir -p "$HOME" "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
mkdir -m 700 "$XDG_RUNTIME_DIR"
export WEBKIT_DISABLE_DMABUF_RENDERER=1 LECTERN_E2E=1 LECTERN_KEYCHAIN=1 NO_AT_BRIDGE=1
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
export GDK_BACKEND=x11
xvfb-run -a -s '-screen 0 1600x1000x24' dbus-run-session -- bash -c '
  printf "\n" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
  for try in $(seq 50); do
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
      string:org.freedesktop.secrets 2>/dev/null | grep -q true && break
    sleep 0.1
  done
  "$@"' in_window "$@" 2> >(grep -vE '^dbus-daemon|^\(/usr/libexec|^\*\* \(|^\[[WE]\]\[|SpiRegistry|^Ignoring invalid max threads|^$' >&2)
