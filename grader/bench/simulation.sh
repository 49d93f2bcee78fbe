#!/bin/sh
# simulation.sh - how many simulated runs a second make.
#
#     grader/bench/simulation.sh TOOLCHAIN CC
#
# Three peers and two instances, on one processor: in one process (swarm), and
# through the judge, which drives the same host over its control socket.  The
# median of ROUNDS; the aims are for a machine that has nothing else to do.
set -eu
cd "$(dirname "$0")/../.."
toolchain=$1 cc=$2
ROUNDS=${ROUNDS:-5} SWARM_RUNS=5000 JUDGE_RUNS=2000

work=$(mktemp -d "${TMPDIR:-/tmp}/simulation.XXXXXX")
trap 'rm -rf "$work"' EXIT
grader/submission/build.sh . "$work/s.so" sim "$cc" > /dev/null

cpu=$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')
one() {
	taskset -c "$cpu" "$@"
}

# The middle one of the numbers of standard input.
median() {
	sort -n | sed -n "$(((ROUNDS + 1) / 2))p"
}

round=0
while [ $round -lt $ROUNDS ]; do
	round=$((round + 1))
	one "$toolchain-plain/swarm" --runs=$SWARM_RUNS "$work/s.so" \
		> "$work/out"
	sed -n 's/.*: \([0-9]*\) runs per second.*/\1/p' "$work/out" \
		>> "$work/swarm"
	sed -n 's/.*real time \([0-9]*\)$/\1/p' "$work/out" >> "$work/virtual"
	LAB_HOST=$toolchain-sim/host LAB_SUBMISSION=$work/s.so \
		LAB_FLAVOUR=sim LAB_WORLD=sim LAB_RUNS=$JUDGE_RUNS \
		LAB_SEED=$round one \
		"$toolchain-plain/judges/grader_suites_paxos" \
		--run=basic/one_proposer > "$work/out" 2>&1
	sed -n 's/.*passed (seed [0-9]*, \([0-9]* runs, [0-9]*\) ms).*/\1/p' \
		"$work/out" | awk '{ printf "%d\n", $1 * 1000 / $3 }' \
		>> "$work/judge"
done
for figures in swarm virtual judge; do
	[ "$(wc -l < "$work/$figures")" -eq $ROUNDS ] || {
		echo "simulation.sh: no figures of $figures" >&2
		cat "$work/out" >&2
		exit 1
	}
done
echo
echo 'simulated runs of 3 peers and 2 instances, one processor'
printf '  %-28s %8s runs/s (aim 5000)\n' 'in one process' \
	"$(median < "$work/swarm")"
printf '  %-28s %8s runs/s (aim 1500)\n' 'through the judge' \
	"$(median < "$work/judge")"
printf '  %-28s %8s times\n' 'virtual to real time' \
	"$(median < "$work/virtual")"
