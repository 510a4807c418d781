# What to type here. README.md says what each does; `cargo xtask` does the parts.

.PHONY: run build test check bench simulate fuzz accessibility accessibility-full clean

# The first start loads the demo store; a store that has products is left alone.
run: build
	@target/release/polka demo --if-empty
	target/release/polka serve

build: app
	@cargo xtask voices
	cargo build --locked --release --package polka-server

.PHONY: app
app:
	@cargo xtask app

# The journeys drive the debug program, which reads the app from target/app. What is for the browser is built beside what
# is for this machine: each has a lock of its own.
test:
	@cargo xtask test-tools
	@$(MAKE) --jobs=2 test-browser-parts test-host-parts
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo xtask with-postgres cargo nextest run --locked --workspace --no-fail-fast; \
	else \
		cargo xtask with-postgres cargo test --locked --workspace --all-targets -- --test-threads=2; \
	fi

.PHONY: test-browser-parts test-host-parts
test-browser-parts:
	@target/debug/xtask app
	@target/debug/xtask gallery

test-host-parts:
	@target/debug/xtask voices
	cargo build --locked --package polka-server
	cargo test --locked --quiet --workspace --all-targets --no-run

check:
	@cargo xtask check-tools
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	@cargo xtask clippy-app
	RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" cargo doc --locked --workspace --no-deps --document-private-items --quiet
	@cargo xtask tidy
	cargo deny --log-level error check bans licenses sources

# The sixty checks on every screen in every mode, and what they found, into docs/accessibility; the second takes
# hours: every combination of modes.
accessibility: app
	@cargo xtask test-tools
	@cargo xtask gallery
	cargo build --locked --package polka-server
	cargo test --locked --package polka-app --test accessibility -- --ignored --test-threads=1

accessibility-full: export POLKA_MODES = all
accessibility-full: accessibility

# Histories of devices and a server in a bad world: make simulate SEEDS=3000 FIRST_SEED=1; one seed prints its own.
simulate:
	@cargo run --locked --release --quiet --package polka-simulator

# Any bytes as a scan, for so many seconds: make fuzz SECONDS=600. The compiler is the usual one; the first build takes
# minutes. What it finds is in crates/scan/fuzz/artifacts; put into corpus/read beside it, `make test` tries it for ever.
fuzz: SECONDS = 60
fuzz: export CARGO_TARGET_DIR = $(CURDIR)/target/fuzz
fuzz:
	@cargo fuzz --version >/dev/null 2>&1 || { echo "make fuzz needs: cargo install cargo-fuzz" >&2; exit 1; }
	@mkdir -p $(CARGO_TARGET_DIR)/found
	cd crates/scan && RUSTC_BOOTSTRAP=1 cargo fuzz run read $(CARGO_TARGET_DIR)/found fuzz/corpus/read -- \
		-max_total_time=$(SECONDS) -max_len=600

bench: build
	@cargo xtask test-tools
	@cargo xtask bench-tools
	cargo xtask with-postgres --durable cargo run --locked --release --quiet --package polka-bench

clean:
	cargo clean
