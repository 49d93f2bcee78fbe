#!/bin/sh
# sim_race_test.sh - races in the simulation: none in right solutions, and
# those of wrong ones within a hundred seeds, with both places, on every
# replay.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
cc=${CC:-gcc}
toolchain=${TOOLCHAIN:-build/$(basename "$cc")}
swarm=$toolchain-plain/swarm
SEEDS=100 CLEAN_RUNS=200

work=$(mktemp -d "${TMPDIR:-/tmp}/sim_race_test.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
checks=0

die() {
	[ ! -e "$work/log" ] || sed 's/^/    /' "$work/log"
	echo "FAILED: $*"
	exit 1
}

# build NAME CC [PATCH]: the reference, or what PATCH makes of it
build() {
	mkdir "$work/$1" && cp -R paxos kvpaxos "$work/$1/" || exit 1
	[ $# -lt 3 ] || (cd "$work/$1" && patch -s -p1) < "$3" || exit 1
	grader/submission/build.sh "$work/$1" "$work/$1.so" sim-race "$2" \
		> "$work/log" 2>&1 || die "$1 cannot be built"
}

for compiler in gcc clang; do
	build right_$compiler $compiler
	"$swarm" --runs=$CLEAN_RUNS "$work/right_$compiler.so" \
		> "$work/log" 2>&1 || die "an alarm on what is right"
	checks=$((checks + 1))
done

# Not found by runs without a look at the accesses.
for mutant in C1_status_without_the_lock C1_decided_without_the_lock \
	C1_kill_without_the_lock; do
	build $mutant gcc grader/mutants/paxos/$mutant.patch
	"$swarm" --runs=$SEEDS "$work/$mutant.so" > "$work/log" 2>&1
	[ $? -eq 1 ] || die "$mutant: nothing found in $SEEDS seeds"
	grep -q '^seed [0-9]* failed (race): a data race: ' "$work/log" ||
		die "$mutant: it is no race that was found"
	seed=$(sed -n 's/^seed \([0-9]*\) failed.*/\1/p' "$work/log")
	cp "$work/log" "$work/first"
	"$swarm" --first="$seed" --runs=1 "$work/$mutant.so" > "$work/log" 2>&1
	grep '^seed' "$work/first" > "$work/a"
	grep '^seed' "$work/log" > "$work/b"
	cmp -s "$work/a" "$work/b" || die "$mutant: seed $seed does not repeat"
	checks=$((checks + 2))
done

# Through the judge, with the names of both places.
so=$work/C1_status_without_the_lock.so
LAB_HOST=$toolchain-sim/host LAB_SUBMISSION=$so \
	LAB_FLAVOUR=sim-race LAB_WORLD=sim LAB_RUNS=$SEEDS LAB_SEED=7 \
	"$toolchain-plain/judges/grader_suites_paxos" \
	--run=basic/one_proposer > "$work/log" 2>&1 &&
	die 'the judge sees no race'
grep -q 'a data race: .* in [a-z_]* ([a-z]*.c:[0-9]*) what thread' \
	"$work/log" || die 'no place has a name'
grep -q 'in [a-z_]* ([a-z]*.c:[0-9]*) what thread [0-9]* .* in [a-z_]* (' \
	"$work/log" || die 'not both places have names'
checks=$((checks + 3))
echo "$checks checks of races passed"
