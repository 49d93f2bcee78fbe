#!/bin/sh
# grade_passes_test.sh - further passes, advice, and the order of it all.
. "$(dirname "$0")/grade_trial.sh"

second_pass() {
	plan good/pass bad/races bad/crashes_in_thread bad/fail
	test_line good/pass-2 1 bad/races >> plan
	printf '%s\n' "$(test_line once/races |
		sed 's/}$/,"raceless":true}/')" >> plan
	twice 1
	said out.txt 'then under ThreadSanitizer' 'plain    races?' \
		'Start here: bad/races' \
		'passed at first, but under ThreadSanitizer: a race' \
		'#2 third paxos/peer.c:14' '#0 other paxos/peer.c:99' \
		'TEST=bad/races SEED=' 'SAN=thread' \
		'under ThreadSanitizer: ended without a' \
		'A: 3/6 points, 3 of 6 failed'
	for text in fourth 'heap block' 'peer0.0.so'; do
		! grep -qF -e "$text" out.txt || die "a race tells of $text"
	done
	said out/log/bad.races.thread.log '#3 fourth' 'heap block'
	[ ! -e out/log/bad.fail.thread.log ] || die 'a failure was repeated'
	[ ! -e out/log/once.races.thread.log ] || die 'once is twice'
	said out/results.json '"races": "failed"' '"races": "passed"' \
		'"races": null' '"races": true'
	scored 'good/pass 1/1 passed 1.1' 'bad/races 0/1 failed 2.1' \
		'good/pass-2 1/1 passed 1.2' 'once/races 1/1 passed 3.1' \
		'score 3 of 6'
	plan good/pass
	twice 0
	scored 'score 1 of 1'
	said out.txt 'A: 1/1 points, no races found'
	! grep -q 'makes no sense' out.txt || die 'all cells are filled'
	printf '%s\n' "$(test_line once/races |
		sed 's/}$/,"raceless":true}/')" > plan
	twice 0
	said out.txt '- what such a test measures' 'A: 1/1 points'
	refused 'belong together' --race-submission=submission.so
	grade 0 --without-races
	said out.txt 'A: 1/1 points (races were not looked for)'
}

# A race that several tests show is one to be mended, whoever has found it.
one_race() {
	plan bad/races good/pass bad/races-2
	simulated bad/looks
	twice 1 "--sim-race-host=$work/fake_judge_$$" \
		--sim-race-submission=submission.so
	said out.txt 'The same race in 3 tests: peer.c:12 against peer.c:99'
	[ "$(grep -c 'The same race' out.txt)" -eq 1 ] || die 'told twice'
	plan bad/races good/pass
	twice 1
	! grep -q 'The same race' out.txt || die 'one test shows it'
}

# Where memory was used and where it was freed, on one screen.
crashes() {
	plan bad/bad_access bad/crashes_unseen
	grade 1
	said out.txt '#1 value_copy labrpc/value.c:37' \
		'#2 paxos_status paxos/peer.c:304' 'freed by thread T6 here:' \
		'#1 record_drop labrpc/record.c:54' 'SAN=address shows where'
	for text in 'interceptors' 'host/wait.c' '0x7f02'; do
		! grep -qF -e "$text" out.txt || die "an access tells of $text"
	done
	said out/log/bad.bad_access.log '#3 0x5502 in look grader/host/wait.c'
	grade 1 --test=bad/crashes_unseen --flavour=address
	! grep -q 'shows where' out.txt || die 'a hint to what was done'
}

# ThreadSanitizer that does not start costs nobody points, and is not hidden.
second_pass_faults() {
	plan good/pass good/no_thread
	twice 3
	said out.txt 'Not looked at for races: good/no_thread' 'no host' \
		'A: 2/2 points, 1 not looked at for races'
	said out/results.json 'This score is not final' '"races": "error"'
	said out/junit.xml 'errors="1"' 'type="grader"'
	scored 'good/no_thread 1/1 passed 1.2' 'score 2 of 2'
}

# simulated NAME...: these are in the plan, and make sense simulated
simulated() {
	for name; do
		test_line "$name" | sed 's/}$/,"simulated":true}/'
	done >> plan
}

# The simulated runs come last, are shared out, and have seeds of their own.
sim_pass() {
	plan good/pass
	simulated bad/locks bad/races good/pass-2
	rm -rf out
	twice 1 "--sim-host=$work/fake_judge_$$" \
		--sim-submission=submission.so --seeds=100
	said out.txt 'then simulated' 'races?       sim' \
		'passed at first, but under simulation: a circle in 33 runs' \
		'TEST=bad/locks SEED=4711 WORLD=sim' \
		'passed at first, but under ThreadSanitizer' \
		'A: 2/4 points, 2 of 4 failed'
	[ -e out/log/bad.locks.sim.log ] || die 'the simulation has no log'
	[ ! -e out/log/bad.races.sim.log ] || die 'a failure was simulated'
	said out/results.json '"sim": "failed"' '"sim": "passed"' \
		'"sim": null' '"sim": true' '"seed": "4711"'
	scored 'bad/locks 0/1 failed 2.1' 'good/pass-2 1/1 passed 1.2' \
		'score 2 of 4'
	refused 'belong together' --sim-submission=submission.so
	grade 0 --test=good/pass --without-sim
	said out.txt '(nothing was simulated)'
	grade 1 --test=bad/locks --flavour=sim --seed=12
	said out.txt 'a circle in 1 runs' 'SEED=4711 WORLD=sim' \
		'make debug TEST=bad/locks SEED=4711 WORLD=sim'
	test_line good/pass-3 | sed 's/}$/,"simulated":true,"steps":40000}/' \
		>> plan
	grade 1 --flavour=sim --test=bad/locks --seeds=1000
	said out.txt 'a circle in 1000 runs'
	grade 1 --flavour=sim --test='[bg]*/*[s3]' --seeds=100
	said out.txt 'a circle in 44 runs'
}

# only_simulated NAME...: in the plan, and make no sense in real time
only_simulated() {
	for name; do
		test_line "$name" |
			sed 's/}$/,"simulated":true,"threads":false}/'
	done >> plan
}

# What makes sense in the simulation only has that for its first pass.
sim_only() {
	plan good/pass
	only_simulated good/pass-2 bad/locks bad/looks
	test_line after/pass 1 good/pass-2 >> plan
	test_line after/pass-2 1 bad/locks >> plan
	rm -rf out
	grade 1 "--sim-host=$work/fake_judge_$$" \
		--sim-submission=submission.so --seeds=100 \
		"--sim-race-host=$work/fake_judge_$$" \
		--sim-race-submission=submission.so
	said out.txt 'happened  a circle in' \
		'passed at first, but under simulation: a race in' \
		'needs bad/locks, which failed' 'A: 3/6 points'
	! grep -q 'passed at first.*circle' out.txt || die 'it never passed'
	[ -e out/log/bad.locks.sim.log ] || die 'the simulation has no log'
	[ ! -e out/log/bad.locks.log ] || die 'it was run in real time'
	said out/results.json '"sim": "failed"' '"sim": "passed"'
	scored 'good/pass 1/1 passed 1.1' 'good/pass-2 1/1 passed 1.2' \
		'bad/locks 0/1 failed 2.1' 'after/pass 1/1 passed 3.1' \
		'score 3 of 6'
	# Without that pass it is left out, and so is the rest with it.
	grade 0 --without-sim
	said out.txt 'A: 3/3 points (nothing was simulated)'
	refused 'makes sense in virtual time' --test=bad/locks
	plan good/pass
	refused 'makes sense in real time' --flavour=sim
}

# What fails at once is not simulated, but that may tell more.
sim_hint() {
	plan bad/fail
	grade 1
	! grep -q 'hint' out.txt || die 'a hint to what cannot be'
	plan
	simulated bad/fail
	grade 1
	said out.txt 'hint' \
		'make grade TEST=bad/fail WORLD=sim shows what each thread'
	grade 1 --flavour=sim
	! grep -q 'hint' out.txt || die 'a hint to what was done'
}

# A look at each access comes last of all, a tenth as often.
sim_race_pass() {
	plan
	simulated bad/looks bad/locks good/pass
	printf '%s\n' "$(test_line once/looks |
		sed 's/}$/,"simulated":true,"raceless":true}/')" >> plan
	rm -rf out
	twice 1 "--sim-host=$work/fake_judge_$$" \
		--sim-submission=submission.so --seeds=400 \
		"--sim-race-host=$work/fake_judge_$$" \
		--sim-race-submission=submission.so
	said out.txt 'the same with a look at each access' \
		'sim sim races' \
		'passed at first, but under simulation: a race in 10 runs' \
		'TEST=bad/looks SEED=4712 WORLD=sim-race' \
		'but under simulation: a circle in 100 runs' \
		'A: 2/4 points, 2 of 4 failed'
	[ -e out/log/bad.looks.sim-race.log ] || die 'the look has no log'
	[ ! -e out/log/bad.locks.sim-race.log ] || die 'a failure was repeated'
	[ ! -e out/log/once.looks.sim-race.log ] || die 'once is again'
	said out/results.json '"sim_races": "failed"' '"sim_races": "passed"' \
		'"sim_races": null' '"sim_races": true'
	scored 'bad/looks 0/1 failed 1.1' 'good/pass 1/1 passed 2.1' \
		'once/looks 1/1 passed 3.1' 'score 2 of 4'
	refused '--sim-race-host=BIN and' --sim-race-submission=submission.so
}

advice() {
	plan good/advice bad/fail
	rm -rf out
	grade 0 --flavour=helgrind
	said out.txt 'Advice: good/advice' 'a doubt about a lock' \
		'A: no points under Helgrind, only advice on 1 of 2 tests'
	said out/log/good.advice.log 'a doubt about a lock'
	[ ! -e out/results.json ] || die 'advice has made results'
}

# What simulated runs warn of is told once, with one of the tests.
lint() {
	plan good/pass
	simulated good/warns good/warns-2 good/pass-3
	rm -rf out
	twice 0 "--sim-host=$work/fake_judge_$$" \
		--sim-submission=submission.so --seeds=100
	said out.txt 'A warning, no points (2 tests)' \
		'make grade TEST=good/warns WORLD=sim shows it again' \
		'A: 4/4 points'
	[ "$(grep -c 'a lock is held' out.txt)" = 1 ] ||
		die 'a warning is told twice, or not'
}

# Suites that need fewer TODOs come first, and what others need.
order() {
	{
		test_line broad/fail 1 | sed 's/}$/,"todo":9}/'
		test_line middle/fail-2 1 good/pass | sed 's/}$/,"todo":2}/'
		test_line good/pass 1 | sed 's/}$/,"todo":5}/'
		test_line sharp/fail-3 1 sharp/pass | sed 's/}$/,"todo":1}/'
		test_line sharp/pass 1 | sed 's/}$/,"todo":1}/'
	} > plan
	grade 1
	said out.txt 'Start here: sharp/fail-3'
	scored 'sharp/pass 1/1 passed 1.1' 'sharp/fail-3 0/1 failed 1.2' \
		'good/pass 1/1 passed 2.1' 'middle/fail-2 0/1 failed 3.1' \
		'broad/fail 0/1 failed 4.1'
	told=$(sed -n 's/^\(Start here\|Then\): //p' out.txt | tr '\n' ' ')
	[ "$told" = 'sharp/fail-3 middle/fail-2 broad/fail ' ] ||
		die 'failures are told in another order'
}

second_pass
one_race
crashes
second_pass_faults
sim_pass
sim_hint
sim_race_pass
sim_only
advice
lint
order
nothing_left
echo "grade: $checks checks of passes passed"
