#!/bin/sh
# sim_judge_test.sh - the judge in the simulated world: right solutions pass
# many runs, wrong ones fail with the seed of the run, which repeats it, and
# what would hang elsewhere ends with its reason.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
cc=${CC:-gcc}
toolchain=${TOOLCHAIN:-build/$(basename "$cc")}
judge=$toolchain-plain/judges/grader_suites_paxos

work=$(mktemp -d "${TMPDIR:-/tmp}/sim_judge_test.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
failed=0
checks=0

# submission NAME: a copy of the reference in $work/NAME, to be changed
submission() {
	mkdir "$work/$1" && cp -R paxos kvpaxos "$work/$1/"
}

build() { # NAME [OPTION]
	grader/submission/build.sh ${2:+"$2"} "$work/$1" "$work/$1.so" sim \
		"$cc" > "$work/log" 2>&1 || {
		cat "$work/log"
		exit 1
	}
}

judge() { # NAME RUNS SEED TEST
	LAB_HOST=$toolchain-sim/host LAB_SUBMISSION=$work/$1.so \
		LAB_FLAVOUR=sim LAB_WORLD=sim LAB_RUNS=$2 LAB_SEED=$3 \
		"$judge" "--run=$4" > "$work/log" 2>&1
}

# expect STATUS PATTERN NAME RUNS SEED TEST
expect() {
	status=$1 pattern=$2
	shift 2
	checks=$((checks + 1))
	judge "$@"
	got=$?
	if [ $got -ne "$status" ]; then
		echo "FAILED: $*: exit status $got, not $status"
	elif ! grep -Eq -e "$pattern" "$work/log"; then
		echo "FAILED: $*: nothing fits '$pattern'"
	else
		return
	fi
	sed 's/^/    /' "$work/log"
	failed=$((failed + 1))
}

# ---- a right one ---------------------------------------------------------

submission right
build right
expect 0 'passed \(seed 7,' right 300 7 basic/many_proposers_many_values
expect 0 'passed \(seed 7,' right 20 7 partition/changing_with_loss
expect 0 'passed \(seed 7,' right 20 7 proposer/adopts_the_highest

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
build tls
expect 0 'passed \(seed 7,' tls 20 7 basic/out_of_order

# ---- locks in two orders, seen and seen again ----------------------------

submission order
(cd "$work/order" && patch -s -p1) \
	< grader/mutants/paxos/C5_lock_order_inverted.patch || exit 1
build order
expect 1 'threads wait for each other in a circle' order 2000 7 \
	basic/many_proposers_many_values
grep 'saw:' "$work/log" > "$work/saw"
for words in 'handler [0-9]*`, waits for mutex .*, held by' \
	' in peer_decided (peer.c:[0-9]*)' 'thread `worker_main [0-9]*`'; do
	grep -q -e "$words" "$work/log" || {
		echo "FAILED: nothing says $words"
		failed=$((failed + 1))
	}
done
seed=$(sed -n 's/.*FAILED (seed \([0-9]*\),.*/\1/p' "$work/log")
expect 1 'in a circle' order 1 "$seed" basic/many_proposers_many_values
grep 'saw:' "$work/log" | cmp -s - "$work/saw" || {
	echo "FAILED: seed $seed does not repeat the run"
	failed=$((failed + 1))
}

# ---- rules of the protocol, at the first message that breaks one ---------

# accused MUTANT WORDS: the referee says so, and again under the seed
accused() {
	name=${1%%_*}
	submission "$name"
	(cd "$work/$name" && patch -s -p1) \
		< "grader/mutants/paxos/$1.patch" || exit 1
	build "$name"
	expect 1 "$2" "$name" 2000 7 basic/many_proposers_many_values
	grep 'saw:' "$work/log" > "$work/saw"
	seed=$(sed -n 's/.*FAILED (seed \([0-9]*\),.*/\1/p' "$work/log")
	expect 1 'seen: peer' "$name" 1 "$seed" \
		basic/many_proposers_many_values
	grep 'saw:' "$work/log" | cmp -s - "$work/saw" || {
		echo "FAILED: seed $seed does not repeat $1"
		failed=$((failed + 1))
	}
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
	build "$1"
}

in_start spins 'static volatile int never; while (!never) continue;'
expect 1 'without a call that lets others run' spins 2 7 basic/alone
in_start relocks 'mutex_lock(&px->mu); mutex_lock(&px->mu);'
expect 1 'this thread holds it already' relocks 2 7 \
	basic/alone
in_start sleeps 'pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t c = PTHREAD_COND_INITIALIZER;
	pthread_mutex_lock(&m); for (;;) pthread_cond_wait(&c, &m);'
expect 1 'no thread can run' sleeps 2 7 basic/alone
in_start allocates 'for (;;) if (malloc(100000000) == NULL) abort();'
expect 1 'of memory' allocates 2 7 basic/alone

# ---- what would have few runs made, by being slow ------------------------

in_start dawdles 'for (int k = 0; k < 400000; k++) sched_yield();'
expect 0 ', 3 runs,' dawdles 3 7 basic/alone
in_start burns 'for (int k = 0; k < 3000000; k++) sched_yield();'
expect 1 'other solutions get by with' burns 3 7 basic/alone

# ---- a failure that cannot be shown again --------------------------------

mkdir "$work/blocks"
cp grader/tests/hostile/blocks_host.c "$work/blocks/peer.c"
cp grader/tests/submissions/stubs.c "$work/blocks/agenda.c"
build blocks --no-guard
expect 1 'FAILED .seed 7, 1 run,' blocks 3 7 basic/alone

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
