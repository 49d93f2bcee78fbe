# maintain.mk - what the project does about itself; the Makefile includes it.
# The students' tree has no such file and needs none.

# ---- the project's own tests ---------------------------------------------

# X_test.c is a Criterion suite, X_stress.c a program, X_test.sh a script.
test_dirs := labrpc/tests labrpc/sim/tests paxos/tests kvpaxos/tests \
	grader/tests handout/tests
unit_tests := $(wildcard $(test_dirs:%=%/*_test.c))
stress_tests := $(wildcard $(test_dirs:%=%/*_stress.c))
script_tests := $(wildcard $(test_dirs:%=%/*_test.sh))

test_programs := \
	$(foreach f,plain address,$(unit_tests:%.c=$(toolchain)-$f/%)) \
	$(foreach f,$(FLAVOURS),$(stress_tests:%.c=$(toolchain)-$f/%)) \
	$(toolchain)-ucontext/labrpc/sim/tests/group_stress

define test_rules
$(toolchain)-$1/%_test: $(toolchain)-$1/%_test.o $$(call peer_objects,$1) \
		$$(call protocol,$1) $$(call control,$1) \
		$$(filter-out %/main.o,$$(call objects,$1,grader/judge)) \
		$$(call objects,$1,grader/process) \
		$$(call checker,$1) $$(call objects,$1,grader/referee) \
		$(toolchain)-$1/grader/grade/share.o \
		$(toolchain)-$1/liblabrpc.a
	$$(call say,LINK $1,$$@)
	$$(Q)$$(call link,$1) -o $$@ $$(filter %.o,$$^) \
		$(toolchain)-$1/liblabrpc.a -lcriterion -ljansson -ltirpc \
		-lseccomp
$(toolchain)-$1/%_stress: $(toolchain)-$1/%_stress.o \
		$$(call peer_objects,$1) $$(call protocol,$1) \
		$(toolchain)-$1/liblabrpc.a
	$$(call say,LINK $1,$$@)
	$$(Q)$$(call link,$1) -o $$@ $$(filter %.o,$$^) \
		$(toolchain)-$1/liblabrpc.a -ltirpc
# Tests of the simulation are programs in it.
simulated_$1 := $$(patsubst $(toolchain)-$1/%,$(toolchain)-$1/simulated/%,\
	$$(call peer_objects,$1)) $$(call protocol,$1) \
	$(toolchain)-$1/libsim.a
$(patsubst %.c,$(toolchain)-$1/%,\
		$(filter labrpc/sim/%,$(unit_tests) $(stress_tests))): \
		$(toolchain)-$1/%: $(toolchain)-$1/simulated/%.o \
		$$(simulated_$1)
	$$(call say,LINK $1,$$@)
	$$(Q)mkdir -p $$(@D) && $$(call link,$1) -o $$@ $$^ \
		$$(if $$(filter %_test,$$@),-lcriterion) -ltirpc
endef
$(foreach f,$(FLAVOURS),$(eval $(call test_rules,$f)))

# Fibers as other processors switch them, held against gated pthreads.
CFLAGS_ucontext := $(CFLAGS_plain) -DSIM_UCONTEXT
$(foreach r,flavour sim test,$(eval $(call $r_rules,ucontext)))

# A judge with checkers in it, and a host that says to it what it likes.
$(toolchain)-address/judge: $(call objects,address,grader/suites/*) \
		$(call objects,address,grader/judge) \
		$(call objects,address,grader/process) \
		$(call checker,address) $(call control,address) \
		$(call protocol,address) $(toolchain)-address/liblabrpc.a
	$(call say,LINK address,$@)
	$(Q)$(call link,address) -o $@ $^ -lcriterion -ljansson -ltirpc
$(tools)/liar: $(tools)/grader/tests/liar.o $(call control,plain) \
		$(call protocol,plain) $(tools)/liblabrpc.a
	$(call say,LINK,$@)
	$(Q)$(call link,plain) -o $@ $^ -ltirpc

.PHONY: test
test: $(toolchain)-address/judge $(tools)/liar
test: $(tools)/kvpaxosd $(tools)/kvctl $(simhost)
test: $(test_programs) $(tools)/swarm $(tools)/grade $(tools)/lincheck \
		$(judges) \
		$(foreach f,$(FLAVOURS),$(toolchain)-$f/host) \
		$(toolchain)-address/replay $(tools)/bench
test: ## Run the project's own tests
	@CC='$(CC)' TOOLCHAIN='$(toolchain)' JOBS='$(JOBS)' \
		grader/tests/run.sh $(test_programs) $(script_tests)

# ---- measuring -----------------------------------------------------------

$(tools)/bench: $(call objects,plain,grader/bench) \
		$(call checker,plain) \
		$(call peer_objects,plain) $(call protocol,plain) \
		$(tools)/liblabrpc.a
	$(call say,LINK,$@)
	$(Q)$(call link,plain) -o $@ $(filter %.o,$^) $(tools)/liblabrpc.a \
		-ltirpc -ljansson -lm

.PHONY: bench
bench: $(tools)/bench $(tools)/swarm $(simhost) $(judges)
bench: ## Measure round trips, agreements and simulated runs on this machine
	@mkdir -p build/bench
	@for f in sim sim-race; do grader/submission/build.sh . \
		build/bench/$$f.so $$f '$(CC)' > /dev/null || exit; done
	@$(tools)/bench '$(toolchain)' build/bench

.PHONY: soak
soak: $(grading)
soak: ## Grade N times with other seeds, beside LOAD busy loops per core
	@mkdir -p build/grade build/submission
	@grader/soak.sh '$(N)' '$(LOAD)' env $(run_grade)

# How variants are graded: as everybody, or in one way that was asked for.
validate_mode = $(or $(VALGRIND),$(SAN),$(WORLD),$(if $(filter no,$(RACES)),\
	plain,all))

.PHONY: validate
validate: folders-exist $(tools)/grade $(judges) \
		$(foreach f,$(FLAVOURS) sim,$(toolchain)-$f/host)
validate: ## Measure the suites with wrong and with right solutions
	@CC='$(CC)' MUTANT='$(MUTANT)' VARIANT='$(VARIANT)' FULL='$(FULL)' \
		RUNS='$(RUNS)' TABLE='$(TABLE)' SEED_BASE='$(SEED_BASE)' \
		PART='$(PART)' \
		AT_ONCE='$(JOBS_GIVEN)' MODE='$(validate_mode)' \
		grader/validate.sh '$(tools)' '$(toolchain)' \
		$(judges:%='--suite=%')

# ---- bytes that nobody expects --------------------------------------------

# libFuzzer is clang's; the same target with a main() of its own, replay, is
# built by either compiler.
CFLAGS_fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
$(eval $(call flavour_rules,fuzz))
T ?= 60

fuzz_target = $(filter-out %/replay.o %/seeds.o,$(call objects,$1,grader/fuzz))
fuzz_library = $(call peer_objects,$1) $(call protocol,$1) \
	$(call control,$1) $(toolchain)-$1/kvpaxos/daemon/admin.o \
	$(toolchain)-$1/gen/kvadmin_messages.o $(toolchain)-$1/liblabrpc.a
define fuzz_rules
$(toolchain)-$1/replay: $(toolchain)-$1/grader/fuzz/replay.o \
		$$(call fuzz_target,$1) $$(call fuzz_library,$1)
	$$(call say,LINK $1,$$@)
	$$(Q)$$(call link,$1) -o $$@ $$^ -ltirpc
$(toolchain)-$1/seeds: $(toolchain)-$1/grader/fuzz/seeds.o \
		$$(call fuzz_library,$1)
	$$(call say,LINK $1,$$@)
	$$(Q)$$(call link,$1) -o $$@ $$^ -ltirpc
endef
$(foreach f,address fuzz,$(eval $(call fuzz_rules,$f)))

$(toolchain)-fuzz/fuzz: $(call fuzz_target,fuzz) $(call fuzz_library,fuzz)
	$(call say,LINK fuzz,$@)
	$(Q)$(call link,fuzz) -fsanitize=fuzzer -o $@ $^ -ltirpc

clang_fuzz := $(addprefix build/clang-fuzz/,fuzz seeds replay)

.PHONY: fuzz fuzz_corpus
fuzz: ## Send strange bytes for T seconds to what reads them
	@MAKEFLAGS= $(MAKE) -s CC=clang V='$(V)' $(clang_fuzz)
	@grader/fuzz/run.sh build/clang-fuzz '$(T)'
fuzz_corpus: # when the target has changed
	@MAKEFLAGS= $(MAKE) -s CC=clang V='$(V)' $(clang_fuzz)
	@grader/fuzz/run.sh build/clang-fuzz 0

# ---- handing out ---------------------------------------------------------

.PHONY: handout
handout: ## Make the students' tree and its tar.gz in build/handout
	@handout/make.sh

.PHONY: compile_commands.json
compile_commands.json: $(generated) # for editors
	@{ echo '['; sep=; for f in $$(git ls-files '*.c'); do \
		printf '%s{"directory":"%s","file":"%s","command":"%s"}\n' \
			"$$sep" "$$PWD" "$$f" \
			"$(CC) $(CPPFLAGS) $(CFLAGS) -c $$f"; sep=,; \
		done; echo ']'; } > $@

#| Options for the project itself:
#|   N=times LOAD=n     for soak: how many grades, beside how many busy loops
#|   T=seconds          for fuzz: how long
#|   MUTANT=pattern     for validate: only these wrong solutions, such as 'P*'
#|   VARIANT=pattern    for validate: only these right ones
#|   RUNS=n             for validate: how often each (3)
#|   FULL=yes           for validate: the whole grade of each wrong solution,
#|                      not only the tests that are to fail it
#|   TABLE=yes          for validate: write down what came of all, in TABLE.md;
#|                      with WORLD=sim how soon mutants are found, in SEEDS.md
