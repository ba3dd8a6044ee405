# Every verb is plain Rust in xtask/: this file only forwards. `make help` lists them.
.PHONY: help setup demo test check fuzz soak
.DEFAULT_GOAL := help

help setup demo test check fuzz soak:
	@cargo xtask $@

bench-%:
	@cargo xtask bench $* $(ARGS)
