#!/bin/sh
# flavours_test.sh - grade.sh and coverage.sh with the real thing: a submission
# that races, one that is not written yet, one whose locks are dubious, and
# which lines a test comes to.
set -eu
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
export CC
suite=$tools/judges/grader_suites_paxos
mkdir -p build/submission build/grade
trap 'rm -rf "$work" build/submission/flavours-*' EXIT

# copy NAME: the reference in $work/NAME, to be changed
copy() {
	mkdir -p "$work/$1/paxos"
	cp paxos/*.[ch] "$work/$1/paxos"
}

# grade STATUS FLAVOUR RACE_DIR NAME TEST: as make does
grade() {
	status=0
	grader/grade.sh "$tools" "$tools" "$2" "$3" "$work/$4" \
		"--suite=$suite" "--test=$5" "--out=$work/out" \
		> "$log" 2>&1 || status=$?
	[ $status -eq "$1" ] || die "$4 in $2: exit status $status, not $1"
	checks=$((checks + 1))
}

said() {
	for text in "$@"; do
		tr -s ' \n' ' ' < "$log" | grep -qF -e "$text" ||
			die "nothing says: $text"
		checks=$((checks + 1))
	done
}

# -- a race that no plain run shows

copy race
sed '/^[a-z ]*void peer_prepare(/,/^}/s/mutex_lock/count_it(); mutex_lock/
	/^[a-z ]*void peer_prepare(/i static void count_it(void)\
		{ static int prepares; prepares++; }' paxos/peer.c \
	> "$work/race/paxos/peer.c"
grade 1 plain "$TOOLCHAIN-thread" race basic/asked_while_busy
said 'passed at first, but under ThreadSanitizer: the checker reported' \
	'data race' '#0 count_it' 'SAN=thread'
grade 0 plain '' race basic/asked_while_busy

# -- memory that is lost, or used when it is gone

copy leak
sed '/^[a-z ]*void peer_prepare(/i void lose_it(void);\
	void lose_it(void) { void *volatile last;\
	last = malloc(77); (void)last; last = NULL; }
	/^[a-z ]*void peer_prepare(/,/^}/s/mutex_lock/lose_it(); mutex_lock/' \
	paxos/peer.c > "$work/leak/paxos/peer.c"
copy stale
sed '/^[a-z ]*void peer_prepare(/i void use_it(void);\
	void use_it(void) { volatile char *p = malloc(77);\
	free((void *)p); p[1] = 2; }
	/^[a-z ]*void peer_prepare(/,/^}/s/mutex_lock/use_it(); mutex_lock/' \
	paxos/peer.c > "$work/stale/paxos/peer.c"
host_of() { # FLAVOUR: the folder of its host
	case $1 in
	address) echo "$TOOLCHAIN-address" ;;
	*) echo "$tools" ;;
	esac
}
for flavour in address memcheck; do
	host=$(host_of $flavour)
	for name in leak stale; do
		status=0
		grader/grade.sh "$tools" "$host" $flavour '' "$work/$name" \
			"--suite=$suite" "--out=$work/out" \
			--test=acceptor/promises_the_first_ballot \
			> "$log" 2>&1 || status=$?
		[ $status -eq 1 ] || die "$name in $flavour: status $status"
		case $name in
		leak) said 'the checker reported' 'lose_it' ;;
		stale) said 'the checker reported' 'use_it' ;;
		esac
	done
done

# -- what is not written yet

copy blank
cat >> "$work/blank/paxos/acceptor.c" << 'END'
#include "labrpc/todo.h"
END
sed 's/^	assert(a->accepted <= a->promised);/lab_todo(2, "here");/' \
	paxos/acceptor.c > "$work/blank/paxos/acceptor.c"
sed -i '1i #include "labrpc/todo.h"' "$work/blank/paxos/acceptor.c"
for flavour in plain thread memcheck; do
	host=$tools
	[ $flavour != thread ] || host=$TOOLCHAIN-thread
	status=0
	grader/grade.sh "$tools" "$host" $flavour '' "$work/blank" \
		"--suite=$suite" --test=acceptor/promises_the_first_ballot \
		"--out=$work/out" > "$log" 2>&1 || status=$?
	[ $status -eq 1 ] || die "blank in $flavour: exit status $status"
	said 'happened paxos/acceptor.c: TODO 2, here, is not written yet'
done

# -- none of the files, by mistake or by a hand-in

mkdir "$work/empty"
grade 2 plain '' empty basic/asked_while_busy
said "SUBMISSION=$work/empty: none of the lab's files" 'paxos/acceptor.c' \
	'EMPTY=zero grades it'
export EMPTY=zero
grade 1 plain '' empty basic/asked_while_busy
said 'every test scores zero' "none of the lab's files" 'A: 0/2 points'
unset EMPTY

# -- advice

copy dubious
sed '/^void paxos_kill/,/^}/s/mutex_lock/(void)sizeof/
	/^void paxos_kill/,/^}/s/mutex_unlock/(void)sizeof/' paxos/peer.c \
	> "$work/dubious/paxos/peer.c"
grade 0 helgrind '' dubious basic/one_proposer
said 'Advice: basic/one_proposer' 'A: no points under Helgrind, only advice' \
	'paxos_kill'

# -- one grade at a time in one tree

mkfifo "$work/held"
flock build/submission/lock cat "$work/held" > /dev/null &
exec 8> "$work/held" # opens when the lock is taken
grader/grade.sh "$tools" "$tools" plain '' . "--suite=$suite" \
	--test=acceptor/promises_the_first_ballot "--out=$work/out" \
	> "$log" 2>&1 8>&- &
waiting=$!
until grep -q 'this one waits' "$log"; do kill -0 $waiting; done
said 'Another grade is at work here'
[ "$(wc -l < "$log")" -eq 1 ] || die 'it did not wait'
exec 8>&-
wait $waiting || die 'it did not go on'
said 'A: 2/2 points'

# -- coverage

if [ "$(basename "$CC")" = gcc ]; then
	grader/coverage.sh "$tools" "$tools/host" . "--suite=$suite" \
		--test=acceptor/promises_the_first_ballot > "$log" 2>&1 ||
		die 'coverage.sh failed'
	said 'paxos/acceptor.c' ' acceptor_accept 0 ' \
		'line by line: build/coverage/index.html'
	grep -Eq '^  acceptor_prepare +[1-9]' "$log" ||
		die 'no line of acceptor_prepare was run'
	grep -q '<span class="no">' build/coverage/index.html ||
		die 'the page shows nothing that was not run'
fi
echo "$checks checks of flavours passed"
