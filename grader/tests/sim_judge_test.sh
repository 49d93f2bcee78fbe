#!/bin/sh
# sim_judge_test.sh - the judge in the simulated world: right solutions pass
# many runs, wrong ones fail with the seed of the run, which repeats it, and
# what would hang elsewhere ends with its reason.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
judge=$tools/judges/grader_suites_paxos

judge() { # NAME RUNS SEED TEST
	LAB_HOST=$TOOLCHAIN-sim/host LAB_SUBMISSION=$work/$1.so \
		LAB_FLAVOUR=sim LAB_WORLD=sim LAB_RUNS=$2 LAB_SEED=$3 \
		"$judge" "--run=$4"
}

judged() { # STATUS PATTERN NAME RUNS SEED TEST
	expect "$1" "$2" "$3 $4 $5 $6" judge "$3" "$4" "$5" "$6"
}

# ---- a right one ---------------------------------------------------------

submission right
build right sim
judged 0 'passed \(seed 7,' right 300 7 basic/many_proposers_many_values
! grep -q 'report:' "$log" || complain 'a warning for what is right'
judged 0 'passed \(seed 7,' right 20 7 partition/changing_with_loss
judged 0 'passed \(seed 7,' right 20 7 proposer/adopts_the_highest

# ---- what the log says of a call, though threads take turns on one ---------

LAB_LOG=debug
export LAB_LOG
judged 0 'DEBUG promise' right 1 7 basic/many_proposers_many_values
unset LAB_LOG
awk '
	{
		split("", is)
		for (i = 1; i <= NF; i++)
			is[substr($i, 1, index($i, "=") - 1)] = \
				substr($i, index($i, "=") + 1)
	}
	$4 == "request" && is["proc"] == "prepare" {
		to[is["call"]] = is["to"]; from[is["call"]] = is["peer"]
	}
	$4 == "promise" && is["peer"] != is["from"] {
		promised++
		if (to[is["call"]] != is["peer"] ||
		    from[is["call"]] != is["from"])
			print "no request for: " $0
		by[is["call"]] = is["peer"]
	}
	$4 == "promise" && is["peer"] == is["from"] && "call" in is
	$4 == "reply" && is["call"] in by { replied++ }
	END { if (promised == 0 || replied == 0) print "no promise" }
	' "$log" > "$work/astray"
[ ! -s "$work/astray" ] || {
	cat "$work/astray"
	complain 'promises that name another call'
}

# ---- a habit that is no failure ------------------------------------------

submission sleeper
awk '
	NR == 1 { print "#define _DEFAULT_SOURCE 1\n#include <unistd.h>" }
	{ print }
	/px->stats.rounds\+\+;/ { print "usleep(200);" }
	' paxos/rounds.c > "$work/sleeper/paxos/rounds.c"
grep -q '^usleep' "$work/sleeper/paxos/rounds.c" || exit 1
build sleeper sim
judged 0 'a thread sleeps in open_round \(rounds.c:[0-9]+\) while it holds' \
	sleeper 20 7 basic/many_proposers_many_values
grep -q 'a mutex that handlers need, locked in open_round (rounds.c:' "$log" ||
	complain 'which lock it is, and who has it, is not told'

# ---- variables of threads, which fibers would share ----------------------

submission tls
awk '
	/^void rounds_run\(/ { inside = 1 }
	{ print }
	inside && /^\{/ {
		print "static _Thread_local int64_t mine; mine = seq;"
	}
	inside && /tell_decision/ { print "assert(mine == seq);" }
	/^\}/ { inside = 0 }' paxos/rounds.c > "$work/tls/paxos/rounds.c"
grep -q '_Thread_local' "$work/tls/paxos/rounds.c" || exit 1
build tls sim
judged 0 'passed \(seed 7,' tls 20 7 basic/out_of_order

# ---- locks in two orders, seen and seen again ----------------------------

submission order paxos/C5_lock_order_inverted
build order sim
judged 1 'threads wait for each other in a circle' order 2000 7 \
	basic/many_proposers_many_values
grep 'saw:' "$log" > "$work/saw"
for words in 'handler [0-9]*`, waits for mutex .*, locked in .* by' \
	'mutex [0-9]* \[initialised in paxos_[a-z_]* (peer.c:[0-9]*)\] in ' \
	' in peer_decided (peer.c:[0-9]*)' 'thread `worker_main [0-9]*`'; do
	grep -q -e "$words" "$log" || complain "nothing says $words"
done
seed=$(sed -n 's/.*FAILED (seed \([0-9]*\),.*/\1/p' "$log")
judged 1 'in a circle' order 1 "$seed" basic/many_proposers_many_values
grep 'saw:' "$log" | cmp -s - "$work/saw" ||
	complain "seed $seed does not repeat the run"

# ---- rules of the protocol, at the first message that breaks one ---------

# accused MUTANT WORDS: the referee says so, and again under the seed
accused() {
	name=${1%%_*}
	submission "$name" "paxos/$1"
	build "$name" sim
	judged 1 "$2" "$name" 2000 7 basic/many_proposers_many_values
	grep 'saw:' "$log" > "$work/saw"
	seed=$(sed -n 's/.*FAILED (seed \([0-9]*\),.*/\1/p' "$log")
	judged 1 'seen: peer' "$name" 1 "$seed" \
		basic/many_proposers_many_values
	grep 'saw:' "$log" | cmp -s - "$work/saw" ||
		complain "seed $seed does not repeat $1"
}

accused A8_reports_the_new_ballot 'under that ballot it had been asked to'
accused P1_ignores_reported_values 'but with its promise peer . had reported'
accused P12_decides_after_promises 'which nobody had been asked to accept'
accused P18_same_ballots_for_all 'promised ballot .* to peer ., and to peer .'

# ---- what would hang -----------------------------------------------------

# in_start NAME CODE: CODE is run by paxos_start()
in_start() {
	submission "$1"
	awk -v code="$2" '
		/^void paxos_start\(/ { start = 1 }
		{ print }
		start && /^\{/ {
			print code
			start = 0
		}' paxos/peer.c > "$work/$1/paxos/peer.c"
	build "$1" sim
}

in_start spins 'static volatile int never; while (!never) continue;'
judged 1 'without a call that lets others run' spins 2 7 basic/alone
in_start relocks 'mutex_lock(&px->mu); mutex_lock(&px->mu);'
judged 1 'this thread holds it already' relocks 2 7 \
	basic/alone
in_start sleeps 'pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t c = PTHREAD_COND_INITIALIZER;
	pthread_mutex_lock(&m); for (;;) pthread_cond_wait(&c, &m);'
judged 1 'no thread can run' sleeps 2 7 basic/alone
grep -q 'variable [0-9]* \[first used in paxos_start (peer.c:' "$log" ||
	complain 'nobody says where a static one comes from'
in_start allocates 'for (;;) if (malloc(100000000) == NULL) abort();'
judged 1 'of memory' allocates 2 7 basic/alone

# ---- what would have few runs made, by being slow ------------------------

in_start dawdles 'for (int k = 0; k < 400000; k++) sched_yield();'
judged 0 ', 3 runs,' dawdles 3 7 basic/alone
in_start burns 'for (int k = 0; k < 3000000; k++) sched_yield();'
judged 1 'other solutions get by with' burns 3 7 basic/alone

# ---- a failure that cannot be shown again --------------------------------

mkdir "$work/blocks"
cp grader/tests/hostile/blocks_host.c "$work/blocks/peer.c"
cp grader/tests/submissions/stubs.c "$work/blocks/agenda.c"
build blocks sim "$CC" --no-guard
judged 1 'FAILED .seed 7, 1 run,' blocks 3 7 basic/alone

finish 'the simulated judge'
