#!/bin/sh
# measure.sh - builds one mutant or variant, grades it, and says how it fared.
#
#     measure.sh NAME=PATH
#
# validate.sh starts one of these for each, several at a time, and sets
#
#     WORK       where everything is put: NAME/ and results/NAME
#     KIND       mutant or variant
#     TOOLS      where the judges and grade lie;  TOOLCHAIN: what the folders
#                of the hosts' flavours begin with;  CC: the compiler
#     PART       the part of the tests; mutants are of part A
#     RUNS BASE  how many runs, and the seed base that they are counted from
#     FULL       yes: each run is a whole grade; no: the fitting tests alone
#     MODE       how a variant is graded: all, plain, thread, sim, address or
#                memcheck.  A mutant says it itself.
#     TOTAL      how many there are, for the line that is printed
#
# results/NAME holds one line, tab between its fields: verdict, name, runs
# that were caught, runs, mode, fitting tests with `failed/runs` each, other
# tests in the same way, and why it was refused.
set -u
export LC_ALL=C

name=${1%%=*} path=${1#*=}
dir=$WORK/$name
rm -rf "$dir" && mkdir -p "$dir" || exit 255
: > "$dir/counts"

field() { # KEY: what the head of the patch says of it, without line ends
	sed -n '/^--- /q;s/^'"$1"': *//p' "$path" | tr '\n' ' ' | sed 's/ *$//'
}

# finish VERDICT CAUGHT WHY: writes the result, prints the line, and ends.
finish() {
	fits='' others=''
	while read -r failed kind test; do
		if [ "$kind" = fits ]; then
			fits="$fits$test $failed/$RUNS, "
		else
			others="$others$test $failed/$RUNS, "
		fi
	done < "$dir/counts"
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$name" "$2" "$RUNS" \
		"$mode" "${fits%, }" "${others%, }" "$3" > "$dir/result"
	mv "$dir/result" "$WORK/results/$name" || exit 255
	printf '[%3d/%d] %-9s %3s/%s  %s  %s\n' \
		"$(ls "$WORK/results" | wc -l)" "$TOTAL" "$1" "$2" "$RUNS" \
		"$name" "${3:-${fits%, }${others:+ (others: ${others%, })}}"
	exit 0
}

mode=${MODE:-plain} fitting=
if [ "$KIND" = mutant ]; then
	mode=$(field mode) fitting=$(field fails)
fi
case $mode in
plain | all) flavour=plain host=plain ;;
thread | address | sim) flavour=$mode host=$mode ;;
memcheck) flavour=memcheck host=plain ;;
*) finish refused 0 "its mode '$mode' is unknown" ;;
esac
for test in $fitting; do
	grep -q -x -F "$test" "$WORK/plan" ||
		finish refused 0 "there is no test $test"
done
if [ "$KIND" = mutant ] && [ -z "$fitting" ]; then
	finish refused 0 'it names no test that is to fail it'
fi

grader/validate/prepare.sh "$path" "$dir/src" > "$dir/log" 2>&1 ||
	finish refused 0 "$(tail -n 2 "$dir/log" | tr '\n' ' ')"

build() { # FLAVOUR
	grader/submission/build.sh "$dir/src" "$dir/$1.so" "$1" "$CC" \
		> "$dir/log" 2>&1 ||
		finish unbuilt 0 "$(grep -m 1 error "$dir/log")"
}
build $flavour
# A whole grade repeats what has passed plainly, in all the ways it has.
case $FULL$mode in
yesthread | yessim) mode=all flavour=plain host=plain ;;
esac
if [ "$mode" = all ]; then
	build plain
	build thread
	build sim
	build sim-race
fi

# grade RUN [TEST]: adds to counts.new, a line `WORD SUITE/TEST` per test
grade() {
	# A test on its own has all runs: what is looked for may be rare.
	set -- "$1" ${2:+"--test=$2" --seeds=2000} \
		"--host=$TOOLCHAIN-$host/host" \
		"--flavour=$flavour" "--submission=$dir/$flavour.so" \
		"--suppressions=grader/host/valgrind.supp" "--part=$PART"
	if [ "$mode" = all ]; then
		set -- "$@" "--race-host=$TOOLCHAIN-thread/host" \
			"--race-submission=$dir/thread.so" \
			"--sim-host=$TOOLCHAIN-sim/host" \
			"--sim-submission=$dir/sim.so" \
			"--sim-race-host=$TOOLCHAIN-sim/host" \
			"--sim-race-submission=$dir/sim-race.so"
	fi
	seed=$((BASE + $1))
	shift
	status=0
	# shellcheck disable=SC2086 # one option per suite
	"$TOOLS/grade" $SUITES "$@" "--seed-base=$seed" --jobs=1 \
		"--out=$dir/out" > "$dir/log" 2>&1 9>&- ||
		status=$?
	[ $status -le 1 ] ||
		finish refused 0 "grade: $(tail -n 1 "$dir/log")"
	awk '
		function end() {
			if (test != "")
				print word, test
		}
		/^  <testcase / {
			end()
			split($0, part, "\"")
			test = part[4] "/" part[2]
			word = "passed"
		}
		/^   <(failure|error) / { word = "failed" }
		/^   <skipped/ { word = "skipped" }
		END { end() }' "$dir/out/junit.xml" >> "$dir/words"
}

caught=0 run=0
while [ "$run" -lt "$RUNS" ]; do
	run=$((run + 1))
	: > "$dir/words"
	if [ "$FULL" = yes ] || [ "$KIND" = variant ]; then
		grade $run
	else
		for test in $fitting; do
			grade $run "$test"
		done
	fi
	# Which of them fit, for the verdict on the run.
	for test in $fitting; do
		echo "fits $test"
	done | awk '
		FILENAME == "-" { fits[$2] = 1; next }
		$1 == "failed" { print fits[$2] ? "fits" : "other", $2 }
		' - "$dir/words" > "$dir/failed"
	cat "$dir/failed" >> "$dir/all"
	want=fits
	[ "$KIND" = mutant ] || want=other
	if grep -q "^$want " "$dir/failed"; then
		caught=$((caught + 1))
	fi
done
# Fitting tests are counted even if they never failed.
{
	cat "$dir/all"
	for test in $fitting; do echo "fits $test"; done
} | sort | uniq -c | awk '{ print $1 - ($2 == "fits"), $2, $3 }' |
	sort -k 2,2 -k 1,1nr > "$dir/counts"

if [ "$KIND" = variant ]; then
	[ "$caught" -gt 0 ] && finish failed $caught ''
	finish clean 0 ''
fi
# A hundred runs may miss once.
if [ $((caught * 100)) -ge $((RUNS * 99)) ]; then
	finish killed $caught ''
elif [ "$caught" -gt 0 ]; then
	finish sometimes $caught ''
fi
finish survived 0 ''
