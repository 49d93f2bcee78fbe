#!/bin/sh
# debug_test.sh - a test under gdb, on a terminal of its own.
set -eu
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
for tool in gdb script; do
	command -v $tool > /dev/null || { echo "there is no $tool"; exit 77; }
done
host=$tools/host flavour=debug
grader/submission/build.sh . "$work/debug.so" debug "$CC"
grader/submission/build.sh . "$work/debug-sim.so" debug-sim "$CC"

# session TEST [SEED]: what stands on a terminal where TEST is debugged with
# the commands of standard input
session() {
	command="$tools/grade --suite=$tools/judges/grader_suites_paxos"
	command="$command --host=$host --submission=$work/$flavour.so"
	command="$command --flavour=$flavour --debug --test=$1 --seed=${2:-7}"
	TERM=dumb timeout 300 script -qec "$command" /dev/null \
		> "$work/out" 2>&1 || {
		cat "$work/out"
		echo "FAILED: the session ended with status $?"
		exit 1
	}
}

said() {
	for text in "$@"; do
		grep -qF -e "$text" "$work/out" || {
			cat "$work/out"
			echo "FAILED: nothing says: $text"
			exit 1
		}
	done
}

session acceptor/promises_the_first_ballot <<'END'
set confirm off
set pagination off
break acceptor_prepare
run
backtrace 2
delete
continue
quit
END
said 'acceptor/promises_the_first_ballot, seed 7' \
	'acceptor_prepare (a=' 'in prepare_locked' 'exited normally' \
	'acceptor/promises_the_first_ballot: passed (seed 7'

# Whoever quits early has not passed.
session basic/one_proposer <<'END'
set confirm off
set pagination off
break acceptor_prepare
run
quit
END
said 'basic/one_proposer: FAILED (seed 7' 'in it, was ended'

# Simulated threads are threads for a debugger, and one of them runs.
host=$TOOLCHAIN-sim/host flavour=debug-sim
session basic/one_proposer <<'END'
set confirm off
set pagination off
break acceptor_prepare
run
backtrace 2
thread apply all backtrace 20
delete
continue
quit
END
said 'All is simulated' 'acceptor_prepare (a=' 'in prepare_locked' \
	'gated_hand_over' 'exited normally' \
	'basic/one_proposer: passed (seed 7'

# Of a run that fails a person sees the one that was shrunk.
mkdir "$work/wrong" && cp -R paxos kvpaxos "$work/wrong/"
(cd "$work/wrong" && patch -s -p1) \
	< grader/mutants/paxos/A2_accepts_below_its_promise.patch
grader/submission/build.sh "$work/wrong" "$work/debug-sim.so" debug-sim "$CC"
test=basic/many_proposers_many_values
seed=$(LAB_HOST=$host LAB_SUBMISSION=$work/debug-sim.so LAB_FLAVOUR=sim \
	LAB_WORLD=sim LAB_RUNS=300 LAB_SEED=7 \
	"$tools/judges/grader_suites_paxos" --run=$test 2> /dev/null |
	sed -n 's/.*FAILED (seed \([0-9]*\),.*/\1/p')
session $test "$seed" <<'END'
set confirm off
set pagination off
echo It stops when the judge has read all of the trace.\n
break trace_recall if number >= n
run
quit
END
said 'The test has failed: ' "$test: FAILED (seed $seed" \
	'shrunk in ' ' test   failed: '
echo 'four sessions with gdb went well'
