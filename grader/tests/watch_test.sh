#!/bin/sh
# watch_test.sh - the referee's lock hides no race of a submission's from
# ThreadSanitizer, and makes none.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
cc=${CC:-gcc}
objects=${TOOLCHAIN:-build/$(basename "$cc")}-thread

work=$(mktemp -d "${TMPDIR:-/tmp}/watch_test.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT

# shellcheck disable=SC2086 # a list of objects
"$cc" -std=c11 -D_POSIX_C_SOURCE=200809L -g -O1 -pthread -fsanitize=thread \
	-I. -Ibuild/gen -o "$work/program" grader/tests/watch_race.c \
	"$objects/grader/host/watch.o" "$objects"/grader/referee/*.o \
	"$objects/paxos/protocol.o" "$objects/gen/paxos_messages.o" \
	"$objects/liblabrpc.a" -ltirpc || exit 1

run() { # lock|none; its address space as ThreadSanitizer wants it
	TSAN_OPTIONS=exitcode=66 setarch -R "$work/program" "$1" \
		> "$work/log" 2>&1
}

run none
status=$?
if [ $status -ne 66 ] || ! grep -q 'SUMMARY:.* in touch' "$work/log"; then
	sed 's/^/    /' "$work/log"
	echo "FAILED: the race is hidden (exit status $status)"
	exit 1
fi
run lock
status=$?
if [ $status -ne 0 ] || ! grep -q 'that instance 0 is decided' "$work/log"
then
	sed 's/^/    /' "$work/log"
	echo "FAILED: exit status $status without a race"
	exit 1
fi
echo "the referee's lock hides no race, and makes none"
