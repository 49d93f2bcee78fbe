#!/bin/sh
# sim_trace_test.sh - a simulated run that fails leaves a trace: readable, as
# TRACE.md describes it, and the same each time.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C NO_COLOR=1
cc=${CC:-gcc}
toolchain=${TOOLCHAIN:-build/$(basename "$cc")}
tools=$toolchain-plain

work=$(mktemp -d "${TMPDIR:-/tmp}/sim_trace_test.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

die() {
	echo "FAILED: $*" >&2
	[ ! -s "$work/out" ] || sed 's/^/    /' "$work/out" >&2
	exit 1
}

$cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror \
	grader/tests/check_trace.c -o "$work/check_trace" -ljansson ||
	die 'check_trace does not compile'

# mutant NAME FILE: the reference with this patch as $work/NAME.so
mutant() {
	mkdir "$work/$1" && cp -R paxos kvpaxos "$work/$1/" || exit 2
	(cd "$work/$1" && patch -s -p1) < "grader/mutants/$2" || exit 2
	grader/submission/build.sh "$work/$1" "$work/$1.so" sim "$cc" \
		> "$work/out" 2>&1 || die "$1 does not build"
}

# grade NAME OUT SUITE TEST SEED [RUNS]: fails the test, with a trace in OUT
grade() {
	"$tools/grade" "--suite=$tools/judges/grader_suites_$3" \
		"--host=$toolchain-sim/host" "--submission=$work/$1.so" \
		--flavour=sim "--out=$work/$2" "--test=$4" "--seed=$5" \
		"--runs=${6:-1}" > "$work/out" 2>&1
	[ $? -eq 1 ] || die "$1, $4: no failure"
	log=$work/$2/log/$(echo "$4" | tr / .)
	"$work/check_trace" grader/judge/TRACE.md "$log.trace.json" \
		> "$work/events" || die "$1, $4: $(cat "$work/events")"
}

said() {
	for words in "$@"; do
		grep -Eq -e "$words" "$work/out" || die "nothing says: $words"
	done
}

# The seed of the run that failed, as the replay has it.
seed_of() {
	sed -n 's/^  replay .* SEED=\([0-9]*\).*/\1/p' "$work/out"
}

# repeats NAME SUITE TEST: what failed above fails again, the same throughout
repeats() {
	seed=$(seed_of)
	for out in again once_more; do
		grade "$1" "$out" "$2" "$3" "$seed"
		[ "$(seed_of)" = "$seed" ] || die "$1: seed $seed became \
$(seed_of)"
	done
	cmp "$work/again/log/$(echo "$3" | tr / .).trace.json" \
		"$log.trace.json" || die "$1: two traces of seed $seed"
	cmp "$work/first/log/$(echo "$3" | tr / .).trace.json" \
		"$log.trace.json" || die "$1: seed $seed is not what failed"
}

mutant below paxos/A2_accepts_below_its_promise.patch
grade below first paxos basic/many_proposers_many_values 7 300
said ' accepts [0-9]* #[0-9a-f]{8} of [0-4]' 'promises [0-9]* to [0-4]' \
	'test   failed: peers . and . decided instance' \
	'^  trace  *.*/log/basic.many_proposers_many_values.trace.json'
repeats below paxos basic/many_proposers_many_values
echo "traces are as described, and repeat"
