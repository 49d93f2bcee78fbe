#!/bin/sh
# run_test.sh - the test runner (run.sh) itself, on small made-up programs.

set -u

run=$(dirname "$0")/run.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset JOBS TEST_LIMIT_S
failures=0

# Makes the program $1 of the shell commands on standard input.
program() {
	{
		echo '#!/bin/sh'
		cat
	} >"$work/$1"
	chmod +x "$work/$1"
}

# Runs the programs $3... and compares exit status and last line with $1 and
# $2.  Leaves all that was printed in $work/out.
expect() {
	want_status=$1 want_line=$2
	shift 2
	(cd "$work" && "$OLDPWD/$run" "$@") >"$work/out" 2>&1
	status=$?
	line=$(tail -n 1 "$work/out")
	if [ $status -eq "$want_status" ] && [ "$line" = "$want_line" ]; then
		return
	fi
	failures=$((failures + 1))
	echo "run.sh $*: status $status, last line \"$line\";" \
		"expected $want_status, \"$want_line\"; in full:"
	sed 's/^/    /' "$work/out"
}

# Checks that what was printed holds a line that matches $1.
expect_line() {
	if grep -Eq "$1" "$work/out"; then return; fi
	failures=$((failures + 1))
	echo "no line matches \"$1\" in:"
	sed 's/^/    /' "$work/out"
}

synthesis() {
	echo "[====] Synthesis: Tested: $1 | Passing: $2 | Failing: $3 |" \
		"Crashing: $4 "
}

program good_test <<END
echo "$(synthesis 5 5 0 0)" >&2
END
program bad_test <<END
echo why it failed
echo "$(synthesis 5 3 2 1)" >&2
exit 1
END
program late_test <<END
echo "$(synthesis 2 2 0 0)"
exit 3
END
program empty_test <<END
echo "$(synthesis 0 0 0 0)"
END
program mute_test </dev/null
program leaky_test <<END
echo "==7==ERROR: LeakSanitizer: detected memory leaks"
echo "$(synthesis 1 1 0 0)"
END
program good_stress </dev/null
program crash_stress <<'END'
kill -SEGV $$
END
program hang_stress <<'END'
trap '' TERM
sleep 600 & wait
END
program tsan_stress <<'END'
if [ -e tsan.started ]; then exit 0; fi
: >tsan.started
echo 'FATAL: ThreadSanitizer: unexpected memory mapping 0x1-0x2'
exit 66
END
program skip_test.sh <<'END'
echo no gadget here
exit 77
END
# These two end only if both run at once: each waits for the other.
program first_test.sh <<'END'
echo one >to_second
read -r _ <to_first
END
program second_test.sh <<'END'
read -r _ <to_second
echo two >to_first
END
mkfifo "$work/to_first" "$work/to_second"

expect 0 '5 passed, 0 failed' good_test
expect_line '^ok +good_test: 5 passed, 0 failed, [0-9]+\.[0-9] s$'
expect 1 '3 passed, 2 failed' bad_test
expect_line '^    why it failed$'
expect 1 '2 passed, 1 failed' late_test
expect_line 'exit status 3'
expect 1 '0 passed, 1 failed' empty_test
expect_line 'ran no test'
expect 1 '0 passed, 1 failed' mute_test
expect_line 'without a synthesis'
expect 1 '1 passed, 1 failed' leaky_test
expect_line 'sanitizer report'
expect 1 '0 passed, 1 failed' crash_stress
expect_line 'signal 11'
expect 0 '1 passed, 0 failed' tsan_stress
expect 0 '1 passed, 0 failed, 1 skipped' good_stress skip_test.sh
expect_line '^skipped +skip_test.sh.*no gadget here'
expect 1 '9 passed, 3 failed' ./good_stress bad_test mute_test \
	"$work/good_test"
expect 2 'run.sh: no such program: nothing_test' good_test nothing_test
expect 2 'run.sh: no programs to run'

JOBS=2 TEST_LIMIT_S=60
export JOBS TEST_LIMIT_S
expect 0 '2 passed, 0 failed' first_test.sh second_test.sh
expect 0 '11 passed, 0 failed' good_test good_stress good_test
JOBS=many
expect 2 'run.sh: JOBS and TEST_LIMIT_S are whole numbers above 0' good_test

JOBS=1 TEST_LIMIT_S=1
expect 1 '0 passed, 1 failed' hang_stress
expect_line 'stopped after 1 s'

exit $((failures > 0))
