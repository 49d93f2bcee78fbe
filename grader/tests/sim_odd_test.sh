#!/bin/sh
# sim_odd_test.sh - what no solution should do (odd/), in the simulation: each
# ends soon, by a count and not by the clock, and the reason is told in words
# that its author understands; what is odd but harmless passes.
#
# The submission is the reference with all of odd/ in it, built without the
# guard, which would refuse some: here it is seen what comes of them.  Real
# calls of the system, which only the guard stops, are in submission_test.sh.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
judge=$tools/judges/grader_suites_paxos

# odd NAME TEXT WORLD...: in $work/NAME, beginning with TEXT; built for these
odd() {
	mkdir -p "$work/$1/paxos" && cp paxos/*.[ch] "$work/$1/paxos/"
	{
		echo "$2"
		sed -e '/^void paxos_start(/i\
void reference_start(struct paxos *px, int64_t seq, struct value v);' \
			-e 's/^void paxos_start(/void reference_start(/' \
			-e '/^void peer_prepare(/i\
void reference_prepare(void *context, const void *request, void *response);' \
			-e 's/^void peer_prepare(/void reference_prepare(/' \
			paxos/peer.c
		cat grader/tests/odd/waits.c grader/tests/odd/table.c
	} > "$work/$1/paxos/peer.c"
	name=$1
	shift 2
	for world; do
		grader/submission/build.sh --no-guard "$work/$name" \
			"$work/$name-$world.so" "$world" "$CC" \
			> "$log" 2>&1 || die "$name does not build in $world"
	done
}

# What is done, where it is done, and what is said then; in a row.
in_world() { # SUBMISSION WORLD
	submission=$1 world=$2
}

judge() { # NAME PLACE
	LAB_LOG_ODD=$1 LAB_LOG_ODD_IN=$2 LAB_HOST=$TOOLCHAIN-sim/host \
		LAB_SUBMISSION=$work/$submission-$world.so \
		LAB_FLAVOUR=$world LAB_WORLD=sim LAB_RUNS=3 LAB_SEED=7 \
		"$judge" --run=basic/one_proposer > "$log" 2>&1
}

ends() { # NAME PLACE PATTERN: it fails, and says PATTERN
	log=$work/$submission-$world-$1-$2.log
	judge "$1" "$2" && die "$1 passes in $world"
	grep -Eq -e "$3" "$log" || die "$1 in $world: nothing fits '$3'"
	! grep -Eq 'within [0-9]+ s$' "$log" || die "$1 was cut off by a clock"
	echo "$world, $2: $1"
}

passes() { # NAME PLACE
	log=$work/$submission-$world-$1-$2.log
	judge "$1" "$2" || die "$1 fails in $world"
	echo "$world, $2: $1"
}

at='.peer.c:[0-9]+.'
no_end='the run has not come to an end in [0-9]+ steps'
made_up='a decision rests on a majority that has accepted its value'
no_call='computed for 2 s without a call'
null='the program has crashed: a thread uses a pointer that is NULL'
nowhere='the program has crashed: a thread uses a pointer that leads nowhere'

without_end() {
	ends spin start "$no_call"
	ends spin_on_an_atomic start "$no_call"
	ends spin_on_a_print start "$no_call"
	ends spin_on_memory start "$no_call"
	ends spin_on_status start "$no_end"
	ends spin_on_status handler 'is decided at 3 peers within'
	ends spin_on_a_lock start "$no_end"
	ends read_the_clock start "$no_end"
	ends join_oneself start "$no_end"
	ends call_for_ever start "$no_end"
	ends large_messages start "$made_up"
	ends sleep_for_years start 'within 3600 s of virtual time'
	ends recurse start 'a thread has used up its stack'
	ends recurse handler "is in descend $at"
	ends recurse_elsewhere start "is in descend $at"
	ends a_large_array start 'a thread has used up its stack'
}

too_much() {
	ends a_million_threads start 'there are 2000 threads, 0 of which'
	ends threads_unjoined start '[0-9]+ of which have ended and were not'
	ends threads_of_threads start 'there are 2000 threads'
	ends ten_gigabytes start 'has used up 1024 MiB of memory'
	ends one_large_block start 'asks for a block of 10240 MiB'
	ends realloc_to_less_than_nothing start 'asks for a block of'
	ends align_to_the_stars start 'asks for a block of'
	ends mutexes_without_end start 'has used 1000000 mutexes'
	ends rounds_without_end start 'is every round ended with rpc_round_end'
}

locks_and_threads() {
	ends end_with_a_lock start \
		'a mutex that peer 0, thread `thread 1` had locked when it'
	ends end_with_a_lock handler 'had locked when it ended'
	ends end_detached_with_a_lock start 'had locked when it ended'
	ends exit_a_thread_of_others start 'belongs to who calls it'
	ends exit_a_thread_of_others handler 'it belongs to labrpc'
	ends destroy_a_held_mutex start 'destroyed while the test holds it'
	ends unlock_elsewhere start 'unlocks a mutex that the test holds'
	ends wait_without_the_mutex start 'without holding the mutex'
	ends wait_for_nothing start "no thread can run"
	ends leave_a_thread start "in wait_for_nothing $at"
	ends lock_rubbish start 'was never initialised'
	ends once_in_once start 'for each other in a circle'
}

crashes() {
	ends write_to_null start "$null"
	ends write_to_null handler "is in write_to_null $at"
	ends copy_to_null start "is in copy_to_null $at"
	ends call_null start "is in call_null $at"
	ends smash_the_stack start "$nowhere|$null"
	ends use_what_was_freed start "$nowhere"
	ends divide_by_zero start 'a thread divides by zero'
	ends give_up start 'signal 6 .Aborted.'
	ends fail_an_assertion start "Assertion .px == NULL. failed"
	ends leave start 'exit.0. was called'
	ends leave handler 'exit.0. was called'
	ends signal_oneself start 'for what no submission may have'
	ends jump_to_what_is_gone start 'saw: .*belongs to who calls it'
	ends write_beyond_a_block start 'something was written that is not its'
	ends free_a_variable start 'of a variable'
	ends free_the_stack start 'of a variable'
	ends free_the_middle start 'of what is no block of memory'
	ends free_twice start 'a block that has been freed already'
	ends call_nobody start 'labrpc: '
	ends end_a_round_twice start 'labrpc: '
	passes open_a_file start
	passes count_in_a_variable start
}

# Where each access is looked at, and on pthreads.
elsewhere() {
	in_world odd sim-race
	ends spin start "$no_end"
	ends spin_on_an_atomic start "$no_end"
	ends spin_on_status start "$no_end"
	ends call_for_ever start "$no_end"
	ends large_messages start "$no_end|$made_up"
	ends recurse start "is in descend $at"
	ends a_million_threads start 'there are 2000 threads'
	ends ten_gigabytes start 'has used up 256 MiB of memory'
	ends write_to_null start "is in write_to_null $at"
	ends use_what_was_freed start "$nowhere"
	passes count_in_a_variable start
	in_world tls sim
	passes keep_in_thread_variables start
	ends spin start "$no_call"
	ends recurse_elsewhere start "is in descend $at"
	ends write_to_null start "is in write_to_null $at"
}

odd odd '' sim sim-race
odd tls '#define ODD_THREAD_VARIABLES 1' sim
in_world odd sim
pids=
{ without_end && too_much; } &
pids=$!
{ locks_and_threads && crashes && elsewhere; } &
pids="$pids $!"
failed=0
for pid in $pids; do
	wait "$pid" || failed=1
done
[ $failed -eq 0 ] && echo 'whatever is done, it ends, and is told'
