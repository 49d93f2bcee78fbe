#!/bin/sh
# grade_keeps_test.sh - what grade runs is its own, and so are its results.
#
# Uses fake judges: see grade_trial.sh.
set -eu
# shellcheck source=grader/tests/grade_trial.sh
. "$(dirname "$0")/grade_trial.sh"

# What lies where it was built may change once grade has begun.
rebuilt() {
	cp "fake_judge_$$" saved
	FAKE_ORIGINAL=$work/fake_judge_$$
	export FAKE_ORIGINAL
	plan good/rebuilds good/pass
	grade 0 --jobs=1
	cmp -s saved "fake_judge_$$" && die 'the judge was not spoilt'
	mv saved "fake_judge_$$"
	scored 'good/rebuilds 1/1 passed 1.1' 'good/pass 1/1 passed 1.2'
}

# Who changes grade's own copies gets nothing, nor does who comes after.
changed() { # NAME WHAT
	plan "bad/$1" good/pass
	grade 1 --jobs=1
	said out.txt "Start here: bad/$1" 'its verdict does not count'
	said "out/log/bad.$1.log" "$2, which is the grader's"
	scored "bad/$1 0/1 failed 1.1" 'good/pass 0/1 failed 2.1' \
		'score 0 of 2'
}

# Two grades do not write to one place.
two_at_once() {
	plan bad/hang good/pass
	"$GRADE" "--suite=$work/fake_judge_$$" "--host=$work/fake_judge_$$" \
		--submission=submission.so --out=out --test=bad/hang \
		> first.txt 2>&1 &
	first=$!
	until [ -n "$(running "fake_judge_$$ --run")" ]; do :; done
	refused 'another grade writes its results to out' --test=good/pass
	grade 0 --test=good/pass --out=other
	kill $first
	wait $first || true
	grade 0 --test=good/pass
}

rebuilt
changed spoils_host "fake_judge_$$"
changed touches_submission submission.so
two_at_once
nothing_left
echo "grade keeps its files: $checks checks passed"
