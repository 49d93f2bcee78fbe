#!/bin/sh
# mistakes_test.sh - a test that crashes, leaves or uses the wrong assertions
# is told as the grader's error and costs nobody points; what comes from
# elsewhere is not.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
suite=grader/tests/mistakes

# objects SOURCE...: of these, and not what older sources have left there
objects() {
	for source; do
		echo "$tools/${source%.c}.o"
	done
}

$(cat "$tools/flags") -c $suite/mistakes.c -o "$work/mistakes.o" &&
	$CC -pthread -o "$work/judge" "$work/mistakes.o" \
		$(objects grader/judge/*.c grader/process/*.c \
			grader/linearizability/*.c) "$tools/grader/control.o" \
		"$tools/paxos/protocol.o" "$tools/kvpaxos/protocol.o" \
		"$tools"/gen/paxos_messages.o "$tools"/gen/kv_messages.o \
		"$tools"/gen/control_messages.o "$tools/liblabrpc.a" \
		-lcriterion -ljansson -ltirpc || die 'no judge'
submission right
build right plain
mv "$work/right.so" "$work/plain.so"
build right sim

# graded STATUS PATTERN TEST [FLAVOUR]: in one pass
graded() {
	flavour=${4:-plain}
	expect "$1" "$2" "$3 in $flavour" "$tools/grade" \
		"--suite=$work/judge" "--test=mistake/$3" "--out=$work/out" \
		"--flavour=$flavour" "--host=$TOOLCHAIN-$flavour/host" \
		"--submission=$work/$([ "$flavour" = plain ] && echo plain ||
			echo right).so"
}

# The line of a test is that of its GRADED.
line() {
	sed -n "/^MISTAKE($1,/=" $suite/mistakes.c
}

mistaken() { # TEST WORDS
	graded 3 'A: 0/1 points, 1 not graded' "$1"
	tr -s ' \n' ' ' < "$log" > "$work/said"
	grep -Eq -e "mistakes.c:$3: .*$2" "$work/said" ||
		complain "$1: nothing says $2 at line $3"
	grep -q 'step 1: cluster of 3' "$log" || complain "$1: no steps"
}

crashed() { # TEST WORDS
	mistaken "$1" "test mistake/$1 has $2" "$(line "$1")"
}

misused() { # TEST
	mistaken "$1" 'by the functions of judge.h, not' \
		"$(sed -n "/^MISTAKE($1,/,/^}/{/cr_/=}" $suite/mistakes.c)"
}

crashed crashes 'crashed by signal 11'
crashed aborts 'crashed by signal 6'
crashed runs_out_of_stack 'crashed by signal 11'
crashed leaves 'called exit'
misused asserts
said=$work/out/log/mistake.asserts.log
grep -q 'there is nothing' "$said" || complain 'not what was asserted'
! grep -q 'Synthesis' "$said" || complain 'Criterion sums up'
misused expects
misused skips
graded 0 'A: 1/1 points' is_right
graded 1 'killed by signal 11' is_shot
graded 3 'crashed by signal 6' aborts sim
graded 1 'step 2: failed: it is not' fails_before sim

# Without a grader a person is told.
unset LAB_CHANNEL LAB_TOKEN LAB_DIR LAB_WORLD LAB_LOG
export LAB_HOST="$tools/host" LAB_SUBMISSION="$work/plain.so"
export LAB_FLAVOUR=plain
expect 1 'test mistake/leaves has called exit' 'exit() at a terminal' \
	"$work/judge" --run=mistake/leaves
expect 1 'killed by signal 6' 'a crash at a terminal' \
	"$work/judge" --run=mistake/aborts

finish 'mistakes of tests'
