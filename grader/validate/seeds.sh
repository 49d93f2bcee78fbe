#!/bin/sh
# seeds.sh - builds one mutant for the simulation and counts the runs that it
# takes to find it.
#
#     seeds.sh NAME=PATH
#
# validate.sh starts one of these for each mutant where WORLD=sim was asked
# for, several at a time, with the same environment as measure.sh.
#
# Each of its fitting tests that makes sense in the simulation is run with seed
# after seed, and the first that fails counts: RUNS times, from other seeds
# each time, up to SEEDS_MAX runs, or RACE_SEEDS_MAX for a data race.  Beside
# that the swarm, which knows no mutant and no test, runs as many seeds.
#
# results/NAME holds one line, tab between its fields: verdict, name, how often
# it was found, how often it was looked for, world, runs and test for each
# time that it was found, runs of the swarm, and why it was not looked for.
set -u
export LC_ALL=C

SEEDS_MAX=2000 RACE_SEEDS_MAX=20

name=${1%%=*} path=${1#*=}
dir=$WORK/$name
rm -rf "$dir" && mkdir -p "$dir" || exit 255

field() { # KEY: what the head of the patch says of it, without line ends
	sed -n '/^--- /q;s/^'"$1"': *//p' "$path" | tr '\n' ' ' | sed 's/ *$//'
}

found=0 hits='' swarm=''
finish() { # VERDICT WHY: writes the result, prints the line, and ends
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$name" "$found" \
		"$RUNS" "$world" "${hits%, }" "${swarm% }" "$2" \
		> "$dir/result"
	mv "$dir/result" "$WORK/results/$name" || exit 255
	printf '[%3d/%d] %-9s %s/%s  %s  %s\n' \
		"$(ls "$WORK/results" | wc -l)" "$TOTAL" "$1" "$found" \
		"$RUNS" "$name" "${2:-${hits%, } (swarm: ${swarm% })}"
	exit 0
}

world=sim most=$SEEDS_MAX
case $(field mode) in
thread) world=sim-race most=$RACE_SEEDS_MAX ;;
esac
grader/validate/prepare.sh "$path" "$dir/src" > "$dir/log" 2>&1 ||
	finish refused "$(tail -n 2 "$dir/log" | tr '\n' ' ')"

tests=
for test in $(field fails); do
	if grep -F "\"suite\":\"${test%/*}\",\"name\":\"${test#*/}\"" \
		"$WORK/plan.json" | grep -q '"simulated":true'
	then
		tests="$tests $test"
	fi
done
why=$(field unsimulated)
if [ -z "$tests" ] || [ -n "$why" ]; then
	finish apart "${why:-no test of it makes sense there}"
fi
so=$dir/$world.so
grader/submission/build.sh "$dir/src" "$so" $world "$CC" > "$dir/log" 2>&1 ||
	finish unbuilt "$(grep -m 1 error "$dir/log")"

# The judge that has TEST.
judge_of() {
	for option in $SUITES; do
		if "${option#--suite=}" --plan | grep -q -F \
			"\"suite\":\"${1%/*}\",\"name\":\"${1#*/}\""
		then
			echo "${option#--suite=}"
			return
		fi
	done
}

# look SEED: the fewest runs in which a test fails, in $least, and that test
look() {
	least=
	for test in $tests; do
		LAB_HOST=$TOOLCHAIN-sim/host LAB_SUBMISSION=$so \
			LAB_FLAVOUR=$world LAB_WORLD=sim LAB_SEED=$1 \
			LAB_RUNS=${least:-$most} "$(judge_of "$test")" \
			"--run=$test" > "$dir/log" 2>&1 9>&- && continue
		runs=$(sed -n 's/.*: FAILED (seed .*, \([0-9]*\) run.*/\1/p' \
			"$dir/log")
		[ -n "$runs" ] || finish refused "$(tail -n 1 "$dir/log")"
		least=$runs by=$test
	done
}

time=0
while [ "$time" -lt "$RUNS" ]; do
	time=$((time + 1))
	look $((BASE + time))
	if [ -n "$least" ]; then
		found=$((found + 1)) hits="$hits$least $by, "
	fi
	[ "$PART" = A ] || continue
	"$TOOLS/swarm" "--first=$((time * 1000000))" "--runs=$most" "$so" \
		> "$dir/swarm" 2>&1 9>&-
	seed=$(sed -n 's/^seed \([0-9]*\) failed.*/\1/p' "$dir/swarm")
	swarm="$swarm${seed:+$((seed - time * 1000000 + 1))}"
	[ -n "$seed" ] || swarm="$swarm-"
	swarm="$swarm "
done
if [ $found -eq "$RUNS" ]; then
	finish killed ''
elif [ $found -gt 0 ]; then
	finish sometimes ''
fi
finish survived ''
