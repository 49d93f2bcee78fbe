#!/bin/sh
# make_options_test.sh - make takes an option, or says that it does not.
set -eu
cd "$(dirname "$0")/../.."
# As if typed at a terminal, not by the make that runs the tests.
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES CC JOBS LAB_LOG

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
checks=0

die() {
	head -n 20 "$log"
	echo "FAILED: $*"
	exit 1
}

# refused MESSAGE ARGUMENT...: before anything is built or run
refused() {
	message=$1
	shift
	! make -n "$@" > "$log" 2>&1 || die "make $*: was taken"
	grep -qF -e "$message" "$log" || die "make $*: does not say: $message"
	checks=$((checks + 1))
}

# prints TEXT ARGUMENT...: what make would do holds TEXT
prints() {
	text=$1
	shift
	make -n "$@" > "$log" 2>&1 || die "make $*: failed"
	grep -qF -e "$text" "$log" || die "make $*: does not print: $text"
	checks=$((checks + 1))
}

refused 'unknown option: TESTS' grade TESTS=basic
refused 'SAN=adress is unknown' grade SAN=adress
refused 'SAN and VALGRIND exclude each other' grade SAN=thread \
	VALGRIND=memcheck
refused 'RACES=maybe is unknown' grade RACES=maybe
refused 'EMPTY=no is unknown' grade EMPTY=no
refused 'LAB_LOG=bogus is unknown' grade LAB_LOG=bogus
LAB_LOG=bogus
export LAB_LOG
refused 'LAB_LOG=bogus is unknown' grade
refused 'LAB_LOG=bogus is unknown' test
unset LAB_LOG

# A name that make or the shell would read otherwise runs nothing.
refused 'SUBMISSION holds one of' grade \
	'SUBMISSION=kim$(shell touch '"$log.ran)"
refused 'SUBMISSION holds one of' grade \
	"SUBMISSION=o'; touch $log.ran; echo '"
prints "--replay-paths=SUBMISSION=\"kim;" grade SUBMISSION='kim; x'
[ ! -e "$log.ran" ] || die 'the name of a folder was run'

# An option that is of no use is a mistake.
refused 'make test makes no use of TEST.' test TEST=basic
refused 'make test makes no use of RACES SUBMISSION.' test SUBMISSION=. \
	RACES=no
refused 'make debug makes no use of SAN.' debug TEST=basic/one_proposer \
	SAN=thread
refused 'make coverage makes no use of VALGRIND.' coverage VALGRIND=memcheck
refused 'make grade makes no use of MUTANT N T.' grade MUTANT=P1 N=3 T=9
refused 'make bench makes no use of SUBMISSION TEST.' bench SUBMISSION=x TEST=y
refused 'make soak makes no use of SEED T.' soak T=9 SEED=1
refused 'make fuzz makes no use of CC N.' fuzz CC=gcc N=3
refused 'make fuzz_corpus makes no use of T.' fuzz_corpus T=9
refused 'make handout makes no use of SUBMISSION.' handout SUBMISSION=x
refused 'make lincheck makes no use of TEST.' lincheck TEST=x FILE=y
refused 'Criterion does not run under ThreadSanitizer' check SAN=thread
refused 'make cluster makes no use of LOAD.' cluster N=5 LOAD=1
refused 'make tsa makes no use of CC.' tsa CC=gcc
refused 'make clean makes no use of TEST.' clean TEST=x
refused 'make deps makes no use of N.' deps N=1

# A grade begins without results, and leaves the words of a compiler that is
# at work for another one.
mkdir -p build/grade
trap 'rm -f "$log" build/grade/old.results build/grade/build.log.old' EXIT
touch build/grade/old.results build/grade/build.log.old
prints 'build/grade/old.results' grade
! grep -q '^rm.*build\.log' "$log" || die 'a grade removes build.log.old'
checks=$((checks + 1))

# Tests of one's own are for the students' tree.
! make check > "$log" 2>&1 || die 'make check without tests: passed'
grep -qF 'There is no tests/*_test.c' "$log" || die 'make check: not why'
make help > "$log" 2>&1 || die 'make help'
! grep -q '^ *check ' "$log" || die 'make help offers check'
checks=$((checks + 2))

# What a failure and the manual tell one to type is taken.
prints '--test=basic/one_proposer' grade TEST=basic/one_proposer SEED=7 \
	WORLD=sim
prints "'debug-sim'" debug TEST=basic/one_proposer SEED=7 WORLD=sim
prints "'3' '2'" soak N=3 LOAD=2 RACES=no TEST=basic
prints "'5'" cluster N=5

# What repeats a failure names what was asked for, whichever way.
prints "'--replay-paths=SUBMISSION=paxos'" grade SUBMISSION=paxos
SUBMISSION=paxos CC=gcc
export SUBMISSION CC
prints "'--replay-args=CC=gcc' '--replay-paths=SUBMISSION=paxos'" grade
unset SUBMISSION CC
prints "'--replay-args=' '--replay-paths='" grade
echo "make takes or refuses its options: $checks checks passed"
