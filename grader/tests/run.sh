#!/bin/sh
# run.sh - runs test programs and says how they fared.
#
#     grader/tests/run.sh PROGRAM...
#
# By its name a PROGRAM is a Criterion executable (*_test: counts as many
# tests as it ran) or anything else, such as a stress program or a script (one
# test: exit status 0 is passed, 77 is skipped).  One line for each, in the
# order given; what a failed one printed comes after it.  The last line is
#
#     N passed, N failed            (and `, N skipped` if there were any)
#
# Exit status 1 if anything failed, 2 for a mistake in the call.  Environment:
#
#     JOBS         how many run at once (default: one per processor)
#     TEST_LIMIT_S how long one may run: a bound on what hangs, far above what
#                  any needs (default: 3600)
#     NO_COLOR     no colour, not even on a terminal
#
# A sanitizer's report fails the program that printed it, whatever its exit
# status: Criterion lets a test pass that leaks.  A thread sanitizer that
# could not lay out its memory has not begun to test; then, and only then, a
# program is started a second time, without address randomisation.

set -u

jobs=${JOBS:-$(nproc)}
limit_s=${TEST_LIMIT_S:-3600}
output_max_bytes=2000000        # of one program that are shown
file_max_blocks=4194304         # of 512 bytes that one may write to a file
reports='ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer: '
reports="$reports|: runtime error: "
no_start='ThreadSanitizer: unexpected memory mapping'

die() {
	printf '%s\n' "run.sh: $*" >&2
	exit 2
}

# Prints the system's clock in hundredths of seconds since it came up.
clock() {
	read -r uptime _ </proc/uptime
	echo "${uptime%.*}${uptime#*.}"
}

# Runs "$@" for at most $limit_s with its output added to $output.  timeout
# gives it a process group, so that its children end with it.
run_bounded() {
	timeout --kill-after=2 "$limit_s" "$@" >>"$output" 2>&1 </dev/null &
	child=$!
	trap 'trap - EXIT; kill $child 2>/dev/null; exit' TERM
	wait $child
	status=$?
	trap - TERM
}

# Prints the number after $1 in Criterion's closing line.
synthesis() {
	sed -n "s/.*Synthesis: .*$1: *\([0-9][0-9]*\).*/\1/p" "$output" |
		tail -n 1
}

# Sets $passed and $failed, and $reason if the number alone does not tell.
judge_criterion() {
	tested=$(synthesis Tested) passed=$(synthesis Passing)
	if [ -z "$tested" ] || [ -z "$passed" ]; then
		passed=0 failed=1 reason='ended without a synthesis line'
		return
	fi
	failed=$((tested - passed))
	if [ "$tested" -eq 0 ]; then
		failed=1 reason='ran no test'
	elif [ $status -ne 0 ] && [ $failed -eq 0 ]; then
		failed=1 reason=$(explain_status)
	fi
}

explain_status() {
	if [ $status -gt 128 ]; then
		echo "ended by signal $((status - 128))"
	else
		echo "exit status $status"
	fi
}

judge_other() {
	case $status in
	0) passed=1 ;;
	77) skipped=1 reason=$(tail -n 1 "$output") ;;
	*) failed=1 reason=$(explain_status) ;;
	esac
}

# Runs program number $1, $2, and leaves its verdict in $work/$1.verdict.
run_one() {
	output=$work/$1.output
	: >"$output"
	passed=0 failed=0 skipped=0 reason=
	began=$(clock)
	# A path without a slash would be looked up in PATH.
	case $2 in */*) program=$2 ;; *) program=./$2 ;; esac
	run_bounded "$program"
	if [ $status -ne 0 ] && grep -q "$no_start" "$output"; then
		: >"$output"
		run_bounded setarch -R "$program"
	fi
	took=$(($(clock) - began))
	case $2 in
	*_test) judge_criterion ;;
	*) judge_other ;;
	esac
	# timeout ends with 124, or with 137 if it had to kill.
	if [ $took -ge $((limit_s * 90)) ] &&
		{ [ $status -eq 124 ] || [ $status -eq 137 ]; }
	then
		reason="stopped after $limit_s s"
	elif grep -Eq "$reports" "$output"; then
		reason='sanitizer report'
		if [ $failed -eq 0 ]; then failed=1; fi
	fi
	echo "$passed $failed $skipped $took $reason" >"$work/$1.verdict"
}

# Starts all programs, $jobs at a time: the pipe $work/slots holds one line for
# every one that may start (Linux lets us open both its ends at once).  When
# number N has ended, it waits at the pipe $work/N.done to be reported.
run_all() {
	exec 3<>"$work/slots"
	number=0
	while [ $number -lt "$jobs" ]; do
		echo >&3
		number=$((number + 1))
	done
	number=0 running=
	trap 'kill $running 2>/dev/null; exit' TERM
	for program in "$@"; do
		number=$((number + 1))
		read -r _ <&3
		(
			trap 'echo >&3; echo >"$work/$number.done"' EXIT
			run_one $number "$program" 3>&-
		) &
		running="$running $!"
	done
	wait
}

# Prints the line of program number $1, $2, and adds its numbers up.
report() {
	if ! read -r passed failed skipped took reason <"$work/$1.verdict"
	then
		passed=0 failed=1 skipped=0 took=0 reason='could not be run'
	fi
	all_passed=$((all_passed + passed))
	all_failed=$((all_failed + failed))
	all_skipped=$((all_skipped + skipped))
	word=ok colour=$green
	if [ "$skipped" -gt 0 ]; then word=skipped colour=$yellow; fi
	if [ "$failed" -gt 0 ]; then word=FAILED colour=$red; fi
	printf '%s%-7s%s %s: %d passed, %d failed, %d.%d s%s\n' \
		"$colour" $word "$plain" "${2#build/}" "$passed" "$failed" \
		$((took / 100)) $((took / 10 % 10)) "${reason:+ ($reason)}"
	if [ "$failed" -gt 0 ]; then show "$work/$1.output"; fi
}

show() {
	if [ "$(wc -c <"$1")" -le $output_max_bytes ]; then
		sed 's/^/    /' "$1"
		return
	fi
	head -c $((output_max_bytes / 2)) "$1" | sed 's/^/    /'
	printf '\n    [...] the middle is left out\n'
	tail -c $((output_max_bytes / 2)) "$1" | sed 's/^/    /'
}

clean_up() {
	if [ -n "$runner" ]; then kill "$runner" 2>/dev/null; fi
	wait
	rm -rf "$work"
}

red='' green='' yellow='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	escape=$(printf '\033')
	red="${escape}[31m" green="${escape}[32m" yellow="${escape}[33m"
	plain="${escape}[0m"
fi
for number in "$jobs" "$limit_s"; do
	case $number in
	*[!0-9]* | 0*) die 'JOBS and TEST_LIMIT_S are whole numbers above 0' ;;
	esac
done
if [ $# -eq 0 ]; then die 'no programs to run'; fi
for program in "$@"; do
	if ! [ -f "$program" ] || ! [ -x "$program" ]; then
		die "no such program: $program"
	fi
done

runner=
work=$(mktemp -d) || die 'cannot make a temporary folder'
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
number=0
for program in "$@"; do
	number=$((number + 1))
	mkfifo "$work/$number.done"
done
mkfifo "$work/slots"
ulimit -f $file_max_blocks 2>/dev/null
run_all "$@" &
runner=$!

all_passed=0 all_failed=0 all_skipped=0 number=0
for program in "$@"; do
	number=$((number + 1))
	{ read -r _ <"$work/$number.done"; } 2>/dev/null
	report $number "$program"
done
wait $runner
runner=
if [ $all_skipped -gt 0 ]; then
	echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
else
	echo "$all_passed passed, $all_failed failed"
fi
[ $all_failed -eq 0 ]
