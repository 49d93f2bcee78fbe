#!/bin/sh
# grade_test.sh - the runner against judges that lie, crash, hang and flood.
#
# fake_judge.c is a judge whose tests do what their names say.  Each check
# below runs grade on some of them and compares the exit status, the table,
# the results for other programs; at the end nothing may be left over.
. "$(dirname "$0")/grade_trial.sh"

full_score() {
	plan good/pass good/pass-2 good/dirty_folder good/flood
	grade 0
	said out.txt '4 tests for 4 points' 'seed base 6824' 'A: 4/4 points' \
		'out/results.json'
	scored 'good/pass 1/1 passed 1.1' 'good/flood 1/1 passed 1.4' \
		'score 4 of 4'
	said out/junit.xml 'tests="4" failures="0" errors="0" skipped="0"' \
		'file="suite.c" line="7"'
	said out/results.tap '1..4' 'ok 2 - good/pass-2'
	! grep -q 'not ok' out/results.tap || die 'not ok'
	size=$(wc -c < out/log/good.flood.log)
	[ "$size" -lt 3000000 ] || die "a flood leaves $size bytes of log"
	said out/log/good.flood.log 'first words' 'last words' 'are left out'
}

a_failure() {
	plan bad/fail
	grade 1 '--replay-args=CC=clang' '--replay-paths=SUBMISSION=dir' \
		--flavour=thread --seed=99
	said out.txt 'Start here: bad/fail' '5 peers decide' 'only 3 did' \
		'peer 0: pending' 'first line of a report' 'A: 0/1 points' \
		'TEST=bad/fail SEED=99 SAN=thread CC=clang' \
		'graded with SUBMISSION=dir; the'
	# Students do without what they do not have.
	for file in out/results.json out/junit.xml out/results.tap \
		out/log/bad.fail.log; do
		said $file \
			'make grade TEST=bad/fail SEED=99 SAN=thread CC=clang'
		! grep -q 'SUBMISSION=dir' $file ||
			die "$file tells of the folders of whoever grades"
	done
	said out/junit.xml '<failure message="only 3 did" type="assertion"/>'
	said out/results.json '"output": "Start here: bad/fail"'
	said out/results.tap 'not ok 1 - bad/fail' 'message: "only 3 did"' \
		'severity: fail' 'replay: "make grade TEST=bad/fail SEED=99'
	# Whoever sits before a terminal is told what works there.
	if command -v script > /dev/null; then
		command="'$GRADE' '--suite=$work/fake_judge_$$'"
		command="$command '--host=$work/fake_judge_$$' --out=out2"
		command="$command --submission=submission.so --seed=99"
		command="$command --replay-paths=SUBMISSION=dir"
		TERM=dumb script -qec "$command" /dev/null \
			> terminal < /dev/null || :
		said terminal 'make grade TEST=bad/fail SEED=99 SUBMISSION=dir'
		! grep -q SUBMISSION out2/log/bad.fail.log || die 'out2/log'
	fi
	# A long line is wrapped for the terminal, and loses nothing.
	said out.txt '            step 1: node 1 to peer 0: prepare' \
		'                promised 615, accepted nothing'
	said out/log/bad.fail.log 'of it -> OK, promised 615, accepted nothing'
	scored 'bad/fail 0/1 failed 1.1'
}

unclean_text() {
	plan bad/dirty
	grade 1
	scored 'bad/dirty 0/1 failed 1.1'
	said out/junit.xml '&lt;a &amp; b&gt; ]]&gt;' 'café'
	for file in out.txt out/log/bad.dirty.log out/junit.xml \
		out/results.tap; do
		! LC_ALL=C tr -d '\n\t\040-\176\200-\377' < $file |
			grep -q . || die "$file holds control characters"
	done
}

without_a_verdict() {
	reason no_verdict 'ended without a verdict: exit status 7'
	reason crash 'killed by signal 6'
	said out.txt 'last words'
	reason pass_then_fail 'passed, but its judge then ended with exit'
	reason kill_supervisor 'watched over the test was killed by signal 9'
}

forgeries() {
	reason bad_json 'a line came that is not JSON'
	reason forged_token 'a line came with a wrong token'
	reason two_verdicts 'two verdicts came'
	reason verdict_first 'a verdict came before the test began'
	reason odd_result "the verdict's result is unknown"
	reason half_line 'a line came without an end'
	reason long_line 'a line came that is too long'
	reason stranger 'somebody else connected before the judge'
}

# A stranger on the machine must not cost anybody points.
outsiders() {
	[ -n "${TMPDIR-}" ] || return 0
	plan good/pestered
	rm -f mark
	"./fake_judge_$$" --pester > /dev/null 2>&1 &
	pester_pid=$!
	grade 0
	said out.txt 'A: 1/1 points'
	kill $pester_pid
	wait $pester_pid 2> /dev/null || true
}

limits() {
	reason many_processes 'process limit: '
	reason bomb_memory 'the limit is 64 MB'
	reason leave_behind 'left 1 process behind (fake_judge'
	test_line bad/hang 1 '' 1 > plan
	grade 1
	said out.txt 'not ended after 1 s; the last step was: do' \
		'the test ends with a verdict, within 1 s' \
		'details   step 1: do 1' \
		'... 3 more steps in the log' 'step 5: do 5' 'step 10: do 10'
	! grep -q 'step 4: ' out.txt || die 'the screen has every step'
	said out/log/bad.hang.log 'step 4: do 4'
	! grep -q 'of another run' out/log/bad.hang.log ||
		die 'the steps of an earlier run are told'
	# What has been judged says more, and is told first.
	test_line bad/fail >> plan
	grade 1
	said out.txt 'Start here: bad/fail' 'Then: bad/hang'
}

machine_faults() {
	plan bad/begins_late
	rm -f mark
	grade 0
	said out.txt 'the judge never began (ended without a verdict: exit' \
		"this is the machine's fault, so run 2 follows"
	plan bad/never_begins
	{ test_line good/pass 1 bad/never_begins; } >> plan
	grade 3
	said out.txt 'run 2 follows' 'run 3 follows' 'Not graded' \
		'in 3 runs the judge never began' 'cannot begin' \
		'A: 0/2 points, 2 not graded'
	said out/junit.xml 'type="grader"'
	said out/results.tap 'severity: error'
	plan bad/hang_before
	grade 3 --start-limit=1
	said out.txt 'the judge had not begun after 1 s'
	plan good/stalls_supervisor
	grade 0 --start-limit=1
	scored 'good/stalls_supervisor 1/1 passed 1.1'
	plan bad/unsure good/pass
	grade 3
	said out.txt 'A: 1/2 points, 1 not graded' 'no host'
	said out/results.json 'This score is not final'
}

needs() {
	{
		test_line good/pass 2 bad/fail
		test_line good/pass-2 2.5 good/pass 20 B
		test_line bad/fail 1
	} > plan
	grade 1
	said out.txt 'zero  all 2: needs bad/fail, which failed' \
		'A: 0/3 points, 1 of 2 failed, 1 not run' 'B: 0/2.5 points'
	said out/junit.xml '<skipped message="needs bad/fail, which failed"/>'
	said out/results.tap 'message: "needs bad/fail, which failed"' \
		'severity: skipped'
	scored 'good/pass 0/2 failed 2.1' 'score 0 of 5.5'
	! grep -q 'needs good/pass' out.txt || die 'one reason is told twice'
	said out/results.json 'needs good/pass, which was not run'
	grade 0 --test=good/pass
	scored 'good/pass 2/2 passed 1.1' 'score 2 of 2'
	grade 0 --part=B
	scored 'good/pass-2 2.5/2.5 passed 1.1' 'score 2.5 of 2.5'
}

selection() {
	plan good/pass good/pass-2 fine/pass-3
	grade 0 --test=good
	scored 'score 2 of 2'
	grade 0 --test=good/
	scored 'score 2 of 2'
	grade 0 '--test=*/pass-?'
	scored 'score 2 of 2'
	grade 0 --list
	said out.txt 'good/pass-2' 'It does pass-2' '3 tests, 3 points'
	refused "did you mean good/pass" --test=good/pas
	refused "did you mean fine/pass-3?" --test=pass-3
	refused "the suites are: good, fine" --test=partition/none
	refused "there is no part 'Q'; the parts are: A" --part=Q
	plan good/pass
	test_line fine/pass-3 1 '' 20 B >> plan
	refused "no test of part B matches 'good'" --part=B --test=good
}

seeds() {
	plan good/pass good/pass-2
	grade 0 --test=good/pass
	one=$(grep '"seed":' out/results.json)
	grade 0
	said out/results.json "$one"
	[ "$(grep -c '"seed": ' out/results.json)" = 2 ] || die 'seeds'
	[ "$(grep '"seed": ' out/results.json | sort -u | wc -l)" -eq 2 ] ||
		die 'two tests have one seed'
	grade 0 --seed-base=1
	! grep -qF -e "$one" out/results.json || die 'the base has no effect'
	grade 0 --seed=18446744073709551615
	said out/results.json '"seed": "18446744073709551615"'
	said out/log/good.pass.log 'seed 18446744073709551615'
	for bad in 12x ' 1' -1 +1 0x10 18446744073709551616; do
		refused "--seed=$bad: not a number" "--seed=$bad"
	done
	refused '--seed needs a value' --seed=
	refused '--seed-base=a: not a number' --seed-base=a
}

wrong_use() {
	plan good/pass
	refused 'unknown option: --jbos=2' --jbos=2
	refused 'unknown option: -v' -v
	refused '--jobs=0: must be 1 to 256' --jobs=0
	refused '--test needs a value' --test
	refused '--flavour=fast: unknown' --flavour=fast
	flavours=$(sed -n 's/.*unknown; there are //p' err |
		sed 's/,//g; s/ and / /')
	refused '--log=loud: unknown' --log=loud
	LAB_LOG=bogus
	export LAB_LOG
	refused 'LAB_LOG=bogus: unknown' --test=good/pass
	unset LAB_LOG
	plan good/pass good/pass-2
	refused '2 tests are asked for; a debugger takes one' --debug
	refused '--host=/none: there is no such file' --host=/none
	refused '--submission=x.so: there is no such file' --submission=x.so
	refused '--suite=plan: the file cannot be executed' --suite=plan
	status=0
	"$GRADE" > out.txt 2> err || status=$?
	[ $status -eq 2 ] || die 'no option: not refused'
	said err 'which tests?'
	grade 0 --help
	for option in suite host submission flavour race-host race-submission \
		without-races build-failed part test list debug seed \
		seed-base jobs memory start-limit log out suppressions \
		replay-args replay-paths
	do
		said out.txt "  --$option"
	done
	for flavour in $flavours; do said out.txt " $flavour"; done
}

broken_plans() {
	plan good/pass good/pass
	broken 'two tests are named good/pass'
	plan good/pass
	test_line good/pass-2 1 good/none >> plan
	broken 'good/pass-2 needs good/none, but there is no such test'
	test_line good/pass 1 good/pass-2 > plan
	test_line good/pass-2 1 good/pass >> plan
	broken 'needs itself'
	for points in 0 -1 0.3 1001 '"2"'; do
		test_line good/pass "$points" > plan
		broken 'the plan of good/pass: '
	done
	test_line good/pass 1 '' 0 > plan
	broken 'limit_s = 0'
	test_line ../pass > plan
	broken 'which must be 1 to 64'
	echo '{"part":"A"}' > plan
	broken 'line 1: "suite" is missing'
	echo 'nonsense' > plan
	broken 'line 1 is not a JSON object'
	: > plan
	broken 'names no test'
	rm plan
	broken '--plan failed (exit status 1)'
}

build_failed() {
	plan good/pass good/pass-2
	printf 'paxos/acceptor.c:3: error: \033 expected a thing\n' > log
	grade 1 --build-failed=log
	said out.txt 'did not build' 'expected a thing' 'A: 0/2 points'
	said out/results.json 'expected a thing'
	scored 'good/pass 0/1 failed 1.1' 'score 0 of 2'
}

# stop SIGNAL STATUS: ends at once and leaves no results
stop() {
	plan bad/hang
	"$GRADE" "--suite=$work/fake_judge_$$" "--host=$work/fake_judge_$$" \
		--submission=submission.so --out=out > out.txt 2> err &
	grade_pid=$!
	until [ -n "$(running "fake_judge_$$ --run")" ]; do :; done
	kill "-$1" $grade_pid
	status=0
	wait $grade_pid || status=$?
	[ $status -eq "$2" ] || die "SIG$1: exit status $status, not $2"
	[ ! -e out/results.json ] || die "SIG$1: results were written"
	checks=$((checks + 2))
}

stopping() {
	stop TERM 143
	stop HUP 129
	# Nothing can be done about SIGKILL; supervisors notice and clean up.
	stop KILL 137
}

full_score
a_failure
unclean_text
without_a_verdict
forgeries
outsiders
limits
machine_faults
needs
selection
seeds
wrong_use
broken_plans
build_failed
stopping
nothing_left
echo "grade: $checks checks passed"
