#!/bin/sh
# sim_race_test.sh - races in the simulation: none in right solutions, and
# those of wrong ones within a hundred seeds, with both places, on every
# replay.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
swarm=$tools/swarm
SEEDS=100 CLEAN_RUNS=200

for compiler in gcc clang; do
	submission right_$compiler
	build right_$compiler sim-race $compiler
	"$swarm" --runs=$CLEAN_RUNS "$work/right_$compiler.so" \
		> "$log" 2>&1 || die "an alarm on what is right"
	checks=$((checks + 1))
done

# Not found by runs without a look at the accesses.
for mutant in C1_status_without_the_lock C1_decided_without_the_lock \
	C1_kill_without_the_lock; do
	submission $mutant paxos/$mutant
	build $mutant sim-race gcc
	"$swarm" --runs=$SEEDS "$work/$mutant.so" > "$log" 2>&1
	[ $? -eq 1 ] || die "$mutant: nothing found in $SEEDS seeds"
	grep -q '^seed [0-9]* failed (race): a data race: ' "$log" ||
		die "$mutant: it is no race that was found"
	seed=$(sed -n 's/^seed \([0-9]*\) failed.*/\1/p' "$log")
	cp "$log" "$work/first"
	"$swarm" --first="$seed" --runs=1 "$work/$mutant.so" > "$log" 2>&1
	grep '^seed' "$work/first" > "$work/a"
	grep '^seed' "$log" > "$work/b"
	cmp -s "$work/a" "$work/b" || die "$mutant: seed $seed does not repeat"
	checks=$((checks + 2))
done

# Through the judge, with the names of both places.
so=$work/C1_status_without_the_lock.so
LAB_HOST=$TOOLCHAIN-sim/host LAB_SUBMISSION=$so \
	LAB_FLAVOUR=sim-race LAB_WORLD=sim LAB_RUNS=$SEEDS LAB_SEED=7 \
	"$tools/judges/grader_suites_paxos" \
	--run=basic/one_proposer > "$log" 2>&1 &&
	die 'the judge sees no race'
grep -q 'a data race: .* in [a-z_]* ([a-z]*.c:[0-9]*) what thread' \
	"$log" || die 'no place has a name'
grep -q 'in [a-z_]* ([a-z]*.c:[0-9]*) what thread [0-9]* .* in [a-z_]* (' \
	"$log" || die 'not both places have names'
checks=$((checks + 3))
echo "$checks checks of races passed"
