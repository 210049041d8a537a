#!/usr/bin/env bash
# Builds the window and opens it. Without a display the same window runs in a virtual one.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "Building the window's pages"
(cd ui && npm run --silent build)
echo "Building Lectern (the first time takes some minutes)"
cargo build --bin lectern --features custom-protocol,full-integration,sample
binary="$(cargo metadata --format-version 1 --no-deps | sed -E 's/.*"target_directory":"([^"]+)".*/\1/')/debug/lectern"
# Some drivers cannot share GPU buffers with the web view and show an empty window otherwise.
export WEBKIT_DISABLE_DMABUF_RENDERER="${WEBKIT_DISABLE_DMABUF_RENDERER:-1}"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$binary" "$@"
fi
echo "There is no display here. Lectern runs in a virtual one, through a tour of its main job: the sample is opened, read,"
echo "edited offline, synced, and a conflict is settled. The sync reports follow; pictures are left in target/tour/."
exec scripts/tour.sh "$binary"
