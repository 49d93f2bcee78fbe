#!/bin/sh
# sim_trace_test.sh - a simulated run that fails is shrunk and leaves a trace:
# readable, as TRACE.md describes it, and the same each time.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
export NO_COLOR=1

$CC -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror \
	-I. grader/tests/check_trace.c -o "$work/check_trace" -ljansson ||
	die 'check_trace does not compile'

# mutant NAME MUTANT: the reference with this patch as $work/NAME.so
mutant() {
	submission "$1" "$2"
	build "$1" sim
}

# grade NAME OUT SUITE TEST OPTION: fails the test, with a trace in OUT
grade() {
	"$tools/grade" "--suite=$tools/judges/grader_suites_$3" \
		"--host=$TOOLCHAIN-sim/host" "--submission=$work/$1.so" \
		--flavour=sim "--out=$work/$2" "--test=$4" "$5" \
		> "$log" 2>&1
	[ $? -eq 1 ] || die "$1, $4: no failure"
	trace=$work/$2/log/$(echo "$4" | tr / .).trace.json
	"$work/check_trace" grader/judge/TRACE.md "$trace" \
		> "$work/events" || die "$1, $4: $(cat "$work/events")"
}

said() {
	for words in "$@"; do
		grep -Eq -e "$words" "$log" || die "nothing says: $words"
	done
}

# The seed of the run that failed, as the replay has it.
seed_of() {
	sed -n 's/^  replay .* SEED=\([0-9]*\).*/\1/p' "$log"
}

# repeats NAME SUITE TEST: what failed above fails again, the same throughout
repeats() {
	seed=$(seed_of)
	for out in again once_more; do
		grade "$1" "$out" "$2" "$3" "--seed=$seed"
		[ "$(seed_of)" = "$seed" ] || die "$1: seed $seed became \
$(seed_of)"
	done
	cmp "$work/again/log/$(echo "$3" | tr / .).trace.json" \
		"$trace" || die "$1: two traces of seed $seed"
	cmp "$work/first/log/$(echo "$3" | tr / .).trace.json" \
		"$trace" || die "$1: seed $seed is not what failed"
}

# at_most EVENTS HARMS STEPS: what is left is no more than that
at_most() {
	read -r events _ harms _ _ _ steps _ < "$work/events"
	[ "$events" -le "$1" ] && [ "$harms" -le "$2" ] &&
		[ "$steps" -le "$3" ] ||
		die "more than $* is left: $(cat "$work/events")"
}

test=basic/many_proposers_many_values
mutant below paxos/A2_accepts_below_its_promise
grade below first paxos $test --seed-base=7
said 'an acceptor accepts nothing below a ballot' 'shrunk in [0-9]* runs?:' \
	' accepts [0-9]* #[0-9a-f]{8} of [0-4]' 'promises [0-9]* to [0-4]' \
	'test   failed: in instance [0-3] peer . accepted ballot' \
	"^  trace  *.*/log/basic.many_proposers_many_values.trace.json"
at_most 300 0 8
repeats below paxos $test

# Partitions and a hundred lost calls turn out not to matter.
mutant reported paxos/P1_ignores_reported_values
grade reported first paxos partition/changing_with_loss --seed-base=7
said 'shrunk in [0-9]* runs?:' 'test   failed: '
at_most 300 4 12
repeats reported paxos partition/changing_with_loss

# A circle of threads is still one.
mutant order paxos/C5_lock_order_inverted
grade order first paxos $test --seed-base=7
said 'threads wait for each other in a circle' 'shrunk in [0-9]* runs?:'
at_most 300 4 12
repeats order paxos $test

# What does not come in time: somebody waits for it.
mutant asleep paxos/C4_start_wakes_nobody
grade asleep first paxos basic/out_of_order --seed-base=7
said 'is decided at 3 peers within' '^ *threads:$' \
	'peer 0, thread `worker_main [0-9]*`, waits for condition' \
	' take_work_locked'

# A test's own expectation: only chance is left out.
mutant local kvpaxos/K1_answers_gets_from_its_table
grade local first kvpaxos server/get_at_a_lagging_server --seed-base=7
said 'a server without a majority executes no Get' \
	'get.*to 2' 'answers get of test: "k" holds "old"'
at_most 300 0 1
repeats local kvpaxos server/get_at_a_lagging_server

# What a submission calls a thread need not be Unicode.
submission foreign
awk -v name="na$(printf '\357')ve" '
	/^static void \*worker_main\(void \*arg\)$/ {
		print "int pthread_setname_np(pthread_t, const char *);"
		print "static pthread_mutex_t left ="
		print "PTHREAD_MUTEX_INITIALIZER;"
		print "static void *leave(void *arg) {"
		print "pthread_setname_np(pthread_self(), \"" name "\");"
		print "pthread_mutex_lock(&left); return arg; }"
		worker = 1
	}
	{ print }
	worker && /^\{/ {
		print "pthread_t one; pthread_create(&one, NULL, leave, NULL);"
		print "pthread_join(one, NULL); pthread_mutex_lock(&left);"
		worker = 0
	}' paxos/workers.c > "$work/foreign/paxos/workers.c"
build foreign sim
grade foreign first paxos basic/alone --seed-base=7
said 'thread .na\?ve 2. had locked'

# The search is for the same failure, and fewer operations may show it.
mutant server kvpaxos/K2_remembers_requests_for_itself
grade server first kvpaxos chance/everything --seed-base=7
said 'there is an order in which each operation' 'each clerk [0-9]* of'
repeats server kvpaxos chance/everything
echo "failed runs are shrunk, told as described, and repeat"
