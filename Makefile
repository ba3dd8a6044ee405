# Every verb is plain Rust in xtask/: this file only forwards. `make help` lists them.
.PHONY: help setup demo test check fuzz soak bench-plan
.DEFAULT_GOAL := help

help setup demo test check fuzz soak:
	@cargo xtask $@

# SEEDS="1 2 3": other disasters and other searches; LIMIT=30: seconds in place of those of the targets.
bench-plan:
	@cargo xtask bench plan $(if $(SEEDS),--seeds "$(SEEDS)") $(if $(LIMIT),--limit $(LIMIT)) $(ARGS)

bench-%:
	@cargo xtask bench $* $(ARGS)
