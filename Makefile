# The Paxos lab.  `make` prints what there is to do; README.md says more.
#
# One Makefile for the whole house.  Everything that is built lies in build/:
#   build/gen/                  what rpcgen makes of the .x files
#   build/COMPILER-FLAVOUR/     objects and programs; flavours are plain,
#                               thread (-fsanitize=thread) and address
#   build/grade/                the results of the last grade

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

# ---- options -------------------------------------------------------------

ifeq ($(origin CC),default)
CC := gcc
endif
CC ?= gcc
JOBS_GIVEN := $(JOBS)
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
SUBMISSION ?= .
N ?= 10
LOAD ?= 0
SUITE ?= $(sort $(dir $(wildcard grader/suites/*/*.c)))

OPTIONS := CC JOBS SAN VALGRIND WORLD RACES SIM SEEDS SUBMISSION SUITE PART TEST SEED \
	SEED_BASE EMPTY YES V CI N LOAD T FILE LAB_LOG LAB_LOG_FILE \
	MUTANT VARIANT RUNS FULL TABLE
given := $(foreach v,$(.VARIABLES),$(if \
	$(filter command line,$(origin $v)),$v))
unknown := $(filter-out $(OPTIONS) MAKEFLAGS GNUMAKEFLAGS,$(given))
ifneq ($(unknown),)
$(error unknown option: $(unknown).  The options are: $(OPTIONS))
endif

# make and the shell would take parts of such a value for their own, and names
# of folders are chosen by those who hand in.
odd := $(strip $(foreach v,$(OPTIONS),$(if $(filter command environment,\
	$(origin $v)),$(if $(strip $(foreach c,$$ ' " ` \,$(findstring \
	$c,$(value $v)))),$v))))
ifneq ($(odd),)
$(error $(odd) holds one of $$ ' " ` \, which would be taken for something \
	else: give a folder with such a name another one)
endif

# An option that a target has no use for is a mistake, too.
always := JOBS YES V CI
chosen := CC SUBMISSION SUITE PART TEST
passes := RACES SIM SEEDS SAN VALGRIND WORLD
takes_grade := $(chosen) SEED SEED_BASE EMPTY $(passes) $(always)
takes_coverage := $(chosen) SEED $(always)
takes_debug := $(chosen) SEED WORLD $(always)
takes_check := CC SAN $(always)
takes_cluster := CC N $(always)
takes_lincheck := CC FILE $(always)
takes_tsa := $(always)
takes_deps := $(always)
takes_clean := $(always)
takes_test := CC $(always)
takes_bench := CC $(always)
takes_soak := $(chosen) $(passes) N LOAD $(always)
takes_validate := CC SAN VALGRIND RACES WORLD SUITE PART SEED_BASE MUTANT \
	VARIANT RUNS FULL TABLE $(always)
takes_fuzz := T $(always)
takes_fuzz_corpus := $(always)
takes_handout := $(always)
define check_goal
useless := $$(sort $$(filter-out $$(takes_$1) LAB_% MAKEFLAGS GNUMAKEFLAGS,\
	$$(given)))
ifneq ($$(useless),)
$$(error make $1 makes no use of $$(useless).  Its options are: $$(takes_$1))
endif
endef
ifeq ($(words $(MAKECMDGOALS)),1)
$(if $(takes_$(MAKECMDGOALS)),$(eval $(call check_goal,$(MAKECMDGOALS))))
endif
ifneq ($(filter-out off error info debug,$(LAB_LOG)),)
$(error LAB_LOG=$(LAB_LOG) is unknown: LAB_LOG is off, error, info or debug)
endif

FLAVOURS := plain thread address
ifneq ($(filter-out thread address,$(SAN)),)
$(error SAN=$(SAN) is unknown: SAN is thread or address)
endif
ifneq ($(and $(filter check,$(MAKECMDGOALS)),$(filter thread,$(SAN))),)
$(error Criterion does not run under ThreadSanitizer: use make grade SAN=thread)
endif
ifneq ($(filter-out memcheck helgrind drd,$(VALGRIND)),)
$(error VALGRIND=$(VALGRIND) is unknown: VALGRIND is memcheck, helgrind or drd)
endif
ifneq ($(filter-out yes no,$(RACES)),)
$(error RACES=$(RACES) is unknown: RACES is yes or no)
endif
ifneq ($(and $(SAN),$(VALGRIND)),)
$(error SAN and VALGRIND exclude each other: give one of them)
endif
ifneq ($(filter-out sim sim-race,$(WORLD)),)
$(error WORLD=$(WORLD) is unknown: WORLD is sim or sim-race)
endif
ifneq ($(filter-out yes no,$(SIM)),)
$(error SIM=$(SIM) is unknown: SIM is yes or no)
endif
ifneq ($(filter-out zero,$(EMPTY)),)
$(error EMPTY=$(EMPTY) is unknown: EMPTY is zero)
endif
ifneq ($(and $(WORLD),$(SAN)$(VALGRIND)),)
$(error WORLD excludes SAN and VALGRIND)
endif
FLAVOUR := $(or $(SAN),$(WORLD),plain)
# Further passes are made unless one way to grade is asked for explicitly.
ifeq ($(SAN)$(VALGRIND)$(WORLD),)
RACE_FLAVOUR := $(if $(filter no,$(RACES)),,thread)
SIM_FLAVOUR := $(if $(filter no,$(SIM)),,sim)
SIM_RACE_FLAVOUR := $(if $(filter no,$(SIM) $(RACES)),,sim-race)
endif

MAKEFLAGS += --jobs=$(JOBS) --no-print-directory
ifndef V
Q := @
endif

# ---- how things are compiled ---------------------------------------------

toolchain := build/$(notdir $(CC))
tools := $(toolchain)-plain

CPPFLAGS := -I. -Ibuild/gen -isystem /usr/include/tirpc \
	-D_POSIX_C_SOURCE=200809L
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wundef -Wformat=2 -Wvla -Werror
CFLAGS := -std=c11 -g -fPIC -pthread -fno-omit-frame-pointer
ifneq ($(findstring clang,$(notdir $(CC))),)
CFLAGS += -gdwarf-4 # Valgrind of Debian 12 cannot read clang's newer one
endif
CFLAGS_plain := -O2
CFLAGS_thread := -O1 -fsanitize=thread
CFLAGS_address := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
compile = $(CC) $(CPPFLAGS) $(CFLAGS) $(CFLAGS_$1) -MMD -MP

say = $(if $(Q),@printf '  %-8s %s\n' '$1' '$2')

generated := build/gen/paxos_messages.h build/gen/kv_messages.h \
	build/gen/kvadmin_messages.h build/gen/control_messages.h

# The structs of a .x file, for everyone: rpcgen's header without what a
# reader of the structs has no use for, the client and server of its own.
build/gen/%_messages.x: paxos/%.x | deps
	@mkdir -p $(@D) && cp $< $@
build/gen/%_messages.x: kvpaxos/%.x | deps
	@mkdir -p $(@D) && cp $< $@
build/gen/%_messages.x: kvpaxos/daemon/%.x | deps
	@mkdir -p $(@D) && cp $< $@
build/gen/%_messages.x: grader/%.x | deps
	@mkdir -p $(@D) && cp $< $@
build/gen/%.h: build/gen/%.x
	$(call say,RPCGEN,$@)
	$(Q)cd build/gen && rm -f $*.full && \
		rpcgen -C -N -M -h -o $*.full $*.x && \
		sed -e '/^#include <rpc\/rpc.h>/d' \
		    -e '/^#include <pthread.h>/d' \
		    -e '/^extern .*(.*;/d' $*.full > $*.h && rm -f $*.full
build/gen/%.c: build/gen/%.x
	$(call say,RPCGEN,$@)
	$(Q)cd build/gen && rm -f $*.c && rpcgen -C -N -M -c -o $*.c $*.x

# One set of rules per flavour.  The file `flags` changes when they do.
define flavour_rules
lib_$1 := $$(patsubst %.c,$(toolchain)-$1/%.o,$$(wildcard labrpc/*.c))

$(toolchain)-$1/flags: force
	@mkdir -p $$(@D) && echo '$$(call compile,$1) $$(WARNINGS)' | \
		cmp -s - $$@ || echo '$$(call compile,$1) $$(WARNINGS)' > $$@
$(toolchain)-$1/%.o: %.c $(toolchain)-$1/flags | $$(generated) deps
	$$(call say,CC $1,$$<)
	$$(Q)mkdir -p $$(@D) && $$(call compile,$1) $$(WARNINGS) -c $$< -o $$@
$(toolchain)-$1/gen/%.o: build/gen/%.c $(toolchain)-$1/flags | \
		$$(generated) deps
	$$(call say,CC $1,$$<)
	$$(Q)mkdir -p $$(@D) && $$(call compile,$1) -D_DEFAULT_SOURCE \
		-include rpc/rpc.h -w -c $$< -o $$@
$(toolchain)-$1/liblabrpc.a: $$(lib_$1)
	$$(call say,AR $1,$$@)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach f,$(FLAVOURS),$(eval $(call flavour_rules,$f)))

link = $(CC) $(CFLAGS) $(CFLAGS_$1)

# In a host labrpc's values are counted with the submission's memory.
counted := value xdr_value

# The simulation: labrpc/sim, and labrpc with its memory in the run's arena.
# The program that is simulated has a copy of sync.c, whose calls go through
# the list of the simulation, as its own do.
memory_calls := labrpc/sim/redirected_memory
own_memory_calls := labrpc/sim/redirected_own
sim_calls := labrpc/sim/redirected_calls
define sim_rules
$(toolchain)-$1/simulated/%.o: $(toolchain)-$1/%.o $(memory_calls) $(sim_calls)
	$$(Q)mkdir -p $$(@D) && objcopy --redefine-syms=$(memory_calls) $$< \
		$$@.1 && objcopy --redefine-syms=$(sim_calls) $$@.1 $$@
$(toolchain)-$1/driving/%.o: $(toolchain)-$1/%.o $(own_memory_calls) \
		$(sim_calls)
	$$(Q)mkdir -p $$(@D) && objcopy --redefine-syms=$(own_memory_calls) \
		$$< $$@.1 && objcopy --redefine-syms=$(sim_calls) $$@.1 $$@
$(counted:%=$(toolchain)-$1/arena/%.o): $(toolchain)-$1/arena/%.o: \
		$(toolchain)-$1/labrpc/%.o $(memory_calls)
	$$(Q)mkdir -p $$(@D) && \
		objcopy --redefine-syms=$(memory_calls) $$< $$@
$(toolchain)-$1/arena/%.o: $(toolchain)-$1/labrpc/%.o $(own_memory_calls)
	$$(Q)mkdir -p $$(@D) && \
		objcopy --redefine-syms=$(own_memory_calls) $$< $$@
$(toolchain)-$1/libsim.a: $$(call objects,$1,labrpc/sim) \
		$(toolchain)-$1/simulated/labrpc/sync.o \
		$$(patsubst $(toolchain)-$1/labrpc/%,$(toolchain)-$1/arena/%,\
		$$(lib_$1))
	$$(call say,AR $1,$$@)
	$$(Q)rm -f $$@ && ar qcs $$@ $$^ # q: names may occur twice
endef

# ---- the programs --------------------------------------------------------

# What every program that speaks the protocols has beside labrpc.
protocol = $(toolchain)-$1/paxos/protocol.o \
	$(toolchain)-$1/kvpaxos/protocol.o \
	$(toolchain)-$1/gen/paxos_messages.o \
	$(toolchain)-$1/gen/kv_messages.o
control = $(toolchain)-$1/grader/control.o \
	$(toolchain)-$1/gen/control_messages.o
objects = $(patsubst %.c,$(toolchain)-$1/%.o,$(wildcard $2/*.c))
checker = $(call objects,$1,grader/linearizability)

$(foreach f,$(FLAVOURS),$(eval $(call sim_rules,$f)))

# What the compiler of a submission runs in.  Who wants a submission built
# wants a host for it.
build/cage: grader/submission/cage.c grader/process/landlock.c \
		grader/process/landlock.h | deps
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) -I. $(WARNINGS) -std=c11 -O2 -o $@ \
		$(filter %.c,$^)

define host_rules
$(toolchain)-$1/counted/%.o: $(toolchain)-$1/labrpc/%.o \
		grader/submission/redirected_calls
	$$(Q)mkdir -p $$(@D) && objcopy \
		--redefine-syms=grader/submission/redirected_calls $$< $$@
$(toolchain)-$1/host: $$(call objects,$1,grader/host) \
		$$(call objects,$1,grader/referee) $$(call control,$1) \
		$$(call protocol,$1) \
		$(counted:%=$(toolchain)-$1/counted/%.o) \
		$(toolchain)-$1/labrpc/sim/texts.o \
		$$(filter-out $(counted:%=$(toolchain)-$1/labrpc/%.o),$$(lib_$1)) \
		grader/host/exports.list | build/cage
	$$(call say,LINK $1,$$@)
	$$(Q)$$(call link,$1) -o $$@ $$(filter %.o,$$^) \
		-Wl,--dynamic-list=grader/host/exports.list \
		-ltirpc -lseccomp -ldl
endef
$(foreach f,$(FLAVOURS),$(eval $(call host_rules,$f)))

# What a simulated submission finds: the same, and the simulation's calls.
$(tools)/sim_exports.list: grader/host/exports.list $(memory_calls) \
		$(sim_calls) labrpc/sim/redirected_accesses
	$(Q)mkdir -p $(@D) && { cat grader/host/exports.list && echo '{' && \
		sed 's/#.*//' $(memory_calls) $(sim_calls) \
		labrpc/sim/redirected_accesses | \
		awk 'NF { print "\t" $$2 ";" }' && \
		echo '__tsan_*; };'; } > $@

# The simulated host: what runs in the simulation goes through its lists.
simhost := $(toolchain)-sim/host
sim_host_real := main filter serve library streams watch
sim_host_own := world memory jitter trace
sim_host_of = $(patsubst %,$(tools)/grader/host/$1%.o,$2)
sim_host_objects := $(call sim_host_of,,$(sim_host_real)) \
	$(call sim_host_of,sim/,$(sim_host_own)) \
	$(patsubst $(tools)/%,$(tools)/driving/%,$(filter-out \
		$(call sim_host_of,,$(sim_host_real) $(sim_host_own)),\
		$(call objects,plain,grader/host)))
$(simhost): $(sim_host_objects) $(call objects,plain,grader/referee) \
		$(call control,plain) \
		$(call protocol,plain) $(tools)/libsim.a \
		$(tools)/sim_exports.list | build/cage
	$(call say,LINK sim,$@)
	$(Q)mkdir -p $(@D) && $(call link,plain) -o $@ $(filter %.o,$^) \
		-Wl,--whole-archive $(tools)/libsim.a \
		-Wl,--no-whole-archive \
		-Wl,--dynamic-list=$(tools)/sim_exports.list \
		-ltirpc -lseccomp -ldl

# To look for races it is the submission that is built otherwise.
$(toolchain)-sim-race/host: $(simhost)
	$(Q)mkdir -p $(@D) && cp $< $@

# Runs a submission in the simulation, seed after seed.
$(tools)/swarm: $(call objects,plain,grader/swarm) \
		$(call objects,plain,grader/referee) \
		$(call sim_host_of,,library error streams watch) \
		$(call protocol,plain) $(tools)/libsim.a \
		$(tools)/sim_exports.list
	$(call say,LINK,$@)
	$(Q)$(call link,plain) -o $@ $(filter %.o,$^) -Wl,--whole-archive \
		$(tools)/libsim.a -Wl,--no-whole-archive \
		-Wl,--dynamic-list=$(tools)/sim_exports.list -ltirpc -ldl

$(tools)/grade: $(call objects,plain,grader/grade) \
		$(tools)/grader/process/flavour.o $(tools)/liblabrpc.a
	$(call say,LINK,$@)
	$(Q)$(call link,plain) -o $@ $(filter %.o,$^) $(tools)/liblabrpc.a \
		-ljansson

$(tools)/lincheck: $(call objects,plain,grader/lincheck) \
		$(call checker,plain) $(tools)/liblabrpc.a
	$(call say,LINK,$@)
	$(Q)$(call link,plain) -o $@ $(filter %.o,$^) $(tools)/liblabrpc.a

# One judge per folder of tests, wherever the folder is.
judge_of = $(tools)/judges/$(subst /,_,$(patsubst %/,%,$1))
judges := $(foreach s,$(SUITE),$(call judge_of,$s))
judge_core := $(call objects,plain,grader/judge) \
	$(call objects,plain,grader/process) $(call checker,plain) \
	$(call control,plain) $(call protocol,plain) $(tools)/liblabrpc.a

define judge_rules
$(call judge_of,$1).d/%.o: $(patsubst %/,%,$1)/%.c $(tools)/flags | \
		$$(generated) deps
	$$(call say,CC plain,$$<)
	$$(Q)mkdir -p $$(@D) && $$(call compile,plain) $$(WARNINGS) \
		-c $$< -o $$@
$(call judge_of,$1): $$(patsubst $(patsubst %/,%,$1)/%.c,\
		$(call judge_of,$1).d/%.o,\
		$$(wildcard $(patsubst %/,%,$1)/*.c)) $$(judge_core)
	$$(call say,LINK,$$@)
	$$(Q)$$(call link,plain) -o $$@ $$(filter %.o,$$^) \
		$(tools)/liblabrpc.a -lcriterion -ljansson -ltirpc
endef
$(foreach s,$(SUITE),$(eval $(call judge_rules,$s)))

# ---- grade ---------------------------------------------------------------

# A value as it has to be typed for a shell.
as_typed = $(if $(word 2,$1)$(strip $(foreach c,; & | < > ( ) * ? ! ~ [ \
	{ \#,$(findstring $c,$1))),"$1",$1)
asked_for = $(strip $(foreach o,$1,$(if $(filter command environment,$(origin \
	$o)),$o=$(call as_typed,$($o)))))
run_grade = CC='$(CC)' EMPTY='$(EMPTY)' \
	SIM_DIR='$(SIM_FLAVOUR:%=$(toolchain)-%)' \
	SIM_RACE_DIR='$(SIM_RACE_FLAVOUR:%=$(toolchain)-%)' \
	grader/grade.sh '$(tools)' '$(toolchain)-$(FLAVOUR)' \
	$(or $(VALGRIND),$(FLAVOUR)) \
	'$(RACE_FLAVOUR:%=$(toolchain)-%)' '$(SUBMISSION)' \
	$(if $(filter no,$(RACES)),--without-races) \
	$(if $(filter no,$(SIM)),--without-sim) \
	$(if $(SEEDS),'--seeds=$(SEEDS)') \
	$(choice) $(if $(JOBS_GIVEN),'--jobs=$(JOBS)') \
	'--replay-args=$(call asked_for,CC)' \
	'--replay-paths=$(call asked_for,SUBMISSION SUITE)'

grading := folders-exist $(tools)/grade $(judges) \
	$(foreach f,$(FLAVOUR) $(RACE_FLAVOUR) $(SIM_FLAVOUR) \
		$(SIM_RACE_FLAVOUR),$(toolchain)-$f/host)

# Whoever takes results for a submission's must not find another one's, however
# early the grade has failed.  Beside them are the words of the compiler.
.PHONY: no-results
no-results:
	@rm -f $(filter-out %/build.log build/grade/build.log.%,\
		$(wildcard build/grade/*.*))

.PHONY: grade
grade: $(if $(filter helgrind drd,$(VALGRIND)),,no-results) $(grading)
grade: ## Grade paxos/, or SUBMISSION=dir (options below)
	@mkdir -p build/grade build/submission
	@$(run_grade) $(if $(SEED_BASE),'--seed-base=$(SEED_BASE)')

choice = $(judges:%='--suite=%') \
	$(if $(PART),'--part=$(PART)') $(if $(TEST),'--test=$(TEST)') \
	$(if $(SEED),'--seed=$(SEED)')

.PHONY: coverage
coverage: folders-exist $(tools)/grade $(judges) $(tools)/host
coverage: ## Show which lines the tests come to (SUBMISSION=dir, TEST=...)
	@grader/coverage.sh '$(tools)' '$(tools)/host' '$(SUBMISSION)' $(choice)

.PHONY: debug
debug: folders-exist $(tools)/grade $(judges) \
		$(if $(WORLD),$(simhost),$(tools)/host)
debug: ## Run one test (TEST=suite/name) with its peers under gdb
	@$(if $(TEST),:,echo 'Which test?  make debug TEST=suite/name' >&2; \
		exit 2)
	@mkdir -p build/grade build/submission
	@CC='$(CC)' grader/grade.sh '$(tools)' \
		'$(if $(WORLD),$(toolchain)-$(WORLD),$(tools))' \
		'debug$(WORLD:%=-%)' '' \
		'$(SUBMISSION)' --debug $(choice)

.PHONY: folders-exist
folders-exist:
	@for d in $(SUITE); do ls "$$d"/*.c > /dev/null 2>&1 || { \
		echo "SUITE=$$d: there is no such folder with .c files" >&2; \
		exit 2; }; done
	@test -d '$(SUBMISSION)' || { \
		echo 'SUBMISSION=$(SUBMISSION): there is no such folder' >&2; \
		exit 2; }

# ---- tests of one's own --------------------------------------------------

# Where students put theirs; the project itself has no such folder.
own_tests := $(wildcard tests/*_test.c)
unoffered := $(if $(wildcard tests/.),,/^check:/d; )

# What a program needs that calls paxos.h or kvpaxos.h, in one process.
peer_objects = $(filter-out %/protocol.o,$(call objects,$1,paxos) \
	$(call objects,$1,kvpaxos))
define own_test_rules
$(toolchain)-$1/tests/%_test: $(toolchain)-$1/tests/%_test.o \
		$$(call peer_objects,$1) $$(call protocol,$1) \
		$(toolchain)-$1/liblabrpc.a
	$$(call say,LINK $1,$$@)
	$$(Q)$$(call link,$1) -o $$@ $$(filter %.o,$$^) \
		$(toolchain)-$1/liblabrpc.a -lcriterion -ltirpc
endef
$(foreach f,plain address,$(eval $(call own_test_rules,$f)))

.PHONY: check
check: $(patsubst %.c,$(toolchain)-$(FLAVOUR)/%,$(own_tests))
check: ## Run your own tests (tests/*_test.c)
	@$(if $(own_tests),:,echo 'Which tests?  There is no tests/*_test.c' \
		>&2; exit 2)
	@failed=; for t in $(filter %_test,$^); do \
		echo "$$t"; "$$t" || failed="$$failed $$t"; done; \
		[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

# ---- a service of processes ------------------------------------------------

define daemon_rules
$(toolchain)-$1/kvctl: $(toolchain)-$1/kvpaxos/daemon/operator.o \
		$(toolchain)-$1/kvpaxos/daemon/replicas.o
$(toolchain)-$1/kvpaxosd $(toolchain)-$1/kvctl: $(toolchain)-$1/%: \
		$(toolchain)-$1/kvpaxos/daemon/%.o \
		$(toolchain)-$1/kvpaxos/daemon/admin.o \
		$(toolchain)-$1/gen/kvadmin_messages.o \
		$$(call peer_objects,$1) $$(call protocol,$1) \
		$(toolchain)-$1/liblabrpc.a
	$$(call say,LINK $1,$$@)
	$$(Q)$$(call link,$1) -o $$@ $$(filter %.o,$$^) \
		$(toolchain)-$1/liblabrpc.a -ltirpc
endef
$(foreach f,$(FLAVOURS),$(eval $(call daemon_rules,$f)))

.PHONY: cluster
cluster: $(tools)/kvpaxosd $(tools)/kvctl
cluster: ## Run your key/value service in this terminal (N=3 replicas)
	@kvpaxos/daemon/cluster.sh '$(tools)/kvpaxosd' '$(CURDIR)/$(tools)/kvctl' \
		'$(if $(filter command line,$(origin N)),$(N),3)'

# ---- more ----------------------------------------------------------------

.PHONY: tsa
tsa: $(generated) | deps ## Check the locks with clang's thread-safety analysis
	@for f in $(wildcard labrpc/*.c paxos/*.c kvpaxos/*.c \
		kvpaxos/daemon/*.c grader/host/*.c); do \
		clang $(CPPFLAGS) -std=c11 -fsyntax-only -Wthread-safety \
			-Werror $$f || exit 1; done; \
		echo 'No lock is used in a way that the analysis objects to.'

.PHONY: lincheck
lincheck: $(tools)/lincheck
lincheck: ## Check the history in FILE for linearizability
	@$(if $(FILE),:,echo 'Which history?  make lincheck FILE=history' >&2; \
		exit 2)
	@$(tools)/lincheck '$(FILE)'

.PHONY: deps
deps: ## Install the packages that are missing (YES=1: without asking)
	@YES='$(YES)' grader/deps.sh

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf build compile_commands.json

makefiles = $(filter-out %.d,$(MAKEFILE_LIST))

.PHONY: help
help: ## Print this
	@echo 'The Paxos lab.  make TARGET [OPTION=value ...]'
	@echo
	@sed -n '$(unoffered)s/^\([a-z_]*\):.*## \(.*\)/  \1|\2/p' $(makefiles) | \
		awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'
	@echo
	@sed -n 's/^#| \{0,1\}//p' $(makefiles)

#| Options of grade (make says which of them other targets take):
#|   TEST=suite/name    only these tests (a pattern: 'partition/*')
#|   PART=A             only one part
#|   SEED=number        the tests' seed, to see a failure again
#|   SEED_BASE=number   draw every test's seed from this one
#|   SUBMISSION=dir     grade the student files in dir
#|   EMPTY=zero         though there may be none of them, which gives no points
#|   SUITE=dir          with the tests in dir
#|   RACES=no           leave out the further runs of each test that look for
#|                      races (ThreadSanitizer, and in the simulation)
#|   SIM=no             leave out the simulated runs of each test
#|   SEEDS=number       how many of these to make, of all tests (2000, but not
#|                      many of a few), more of those that cost little; and a
#|                      tenth to look for races
#|   WORLD=sim          only simulated; WORLD=sim-race with a look at each
#|                      access to memory, for races
#|   SAN=thread|address only under that sanitizer
#|   VALGRIND=memcheck  only under Valgrind; VALGRIND=helgrind|drd only advise:
#|                      they take no points, and know some false alarms
#|   FILE=history       for lincheck: the file with it
#|   N=replicas         for cluster: how many (3)
#|   CC=gcc|clang       the compiler           JOBS=n             tests at once
#|   LAB_LOG=debug      log every message (info: less); LAB_LOG_FILE=file
#|   V=1                show the commands      YES=1              do not ask

# What only the project's own repository has: its tests, benches, handout.
-include grader/maintain.mk

.PHONY: force
force:

-include $(shell find build -type f -name '*.d' 2>/dev/null)
