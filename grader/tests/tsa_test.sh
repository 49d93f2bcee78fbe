#!/bin/sh
# tsa_test.sh - `make tsa` has nothing to say against this tree, and sees what
# is planted in it: a lock held across a call of others, and one not given up.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
# As if typed at a terminal, not by the make that runs the tests.
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES CC JOBS

# planted FILE EDIT WORDS: with EDIT, make tsa refuses FILE, in these words
planted() {
	rm -rf "$work/tree"
	mkdir "$work/tree" && cp -R Makefile labrpc paxos kvpaxos grader \
		"$work/tree/" || exit 2
	sed -e "$2" "$1" > "$work/tree/$1"
	! cmp -s "$1" "$work/tree/$1" || die "nothing is planted in $1"
	expect 2 "$1:[0-9]+:[0-9]+: error: .*$3" "$1, planted" \
		make -C "$work/tree" tsa
}

expect 0 'No lock is used in a way' 'this tree' make tsa
planted paxos/rounds.c '/peer_broadcast(px, &PROC_DECIDED/{
	s/^/mutex_lock(\&px->mu); /
	s/$/ mutex_unlock(\&px->mu);/
}' "cannot call function 'peer_broadcast' while mutex 'px->mu' is held"
planted grader/host/clerk.c '/^static void note_return/,/^}/{
	/mutex_unlock/d
}' "mutex 'clerk->mu' is still held at the end of function"

finish 'make tsa'
