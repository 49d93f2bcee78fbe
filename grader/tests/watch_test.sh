#!/bin/sh
# watch_test.sh - the referee's lock hides no race of a submission's from
# ThreadSanitizer, and makes none.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
objects=$TOOLCHAIN-thread

# shellcheck disable=SC2086 # a list of objects
"$CC" -std=c11 -D_POSIX_C_SOURCE=200809L -g -O1 -pthread -fsanitize=thread \
	-I. -Ibuild/gen -o "$work/program" grader/tests/watch_race.c \
	"$objects/grader/host/watch.o" "$objects"/grader/referee/*.o \
	"$objects"/paxos/protocol.o "$objects"/gen/paxos_messages.o \
	"$objects"/kvpaxos/protocol.o "$objects"/gen/kv_messages.o \
	"$objects/liblabrpc.a" -ltirpc || exit 1

run() { # lock|none; its address space as ThreadSanitizer wants it
	TSAN_OPTIONS=exitcode=66 setarch -R "$work/program" "$1" \
		> "$log" 2>&1
}

run none
status=$?
[ $status -eq 66 ] && grep -q 'SUMMARY:.* in touch' "$log" ||
	die "the race is hidden (exit status $status)"
run lock
status=$?
[ $status -eq 0 ] && grep -q 'that instance 0 is decided' "$log" ||
	die "exit status $status without a race"
echo "the referee's lock hides no race, and makes none"
