# Two commands do everything on a bare Debian or Ubuntu: `make run` and `make test`. Both may be repeated; each says what
# it installs before it does so.

.PHONY: run test more setup ui clean soak soak-http peers

run: setup
	@scripts/run.sh

test: setup
	@scripts/test.sh

# Every set of features, licences, thousands of schedules: what continuous integration runs after `make test`.
more: setup
	@scripts/more.sh

setup:
	@scripts/setup.sh

# Random schedules of edits, faults and crashes: `make soak SEEDS=0..1000000`, or `SEEDS=7..8` for one again.
SEEDS ?= 0..100000
soak:
	@cargo run -q --profile simulation -p simulation --bin soak -- $(SEEDS) --threads $$(nproc)

# Random edits and faults over HTTP, two installations and both simulated sites: `make soak-http HTTP_SEEDS=1..501`.
HTTP_SEEDS ?= 1..501
soak-http:
	@LECTERN_SEEDS=$(HTTP_SEEDS) LECTERN_AT_ONCE=$$(nproc) cargo test -q --profile simulation -p lectern \
	  --features full-integration,sample --test runner both_sites -- --nocapture

ui: setup
	@cd ui && npm run build

# Lectern's times beside those of other clients, against the same servers: `make peers`. Needs the folder shared/peers beside the project.
peers: setup
	@scripts/peers.sh

clean:
	cargo clean
	rm -rf ui/dist ui/node_modules
