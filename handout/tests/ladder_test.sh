#!/bin/sh
# ladder_test.sh - with the first K TODOs solved, exactly their tests pass.
#
# Every graded test says in .todo up to which TODO it needs (`judge --plan`).
# For each K below the last TODO the reference solution with K TODOs solved is
# graded: of the tests that a plain grade runs those with .todo <= K must get
# all their points and all others none.  So points come as the TODOs are done,
# and no stub earns any.  (With all TODOs solved: handout_test.sh.)
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/../../grader/tests/begin.sh"
: "${JOBS:=$(nproc)}"

# ---- the plan: TODO TEST, and what is wrong with it ----------------------

plan
string='"\([^"]*\)"'
grep -v '"threads":false' "$work/plan.json" |
	sed "s|.*\"suite\":$string,\"name\":$string.*\"needs\":$string.*\
\"todo\":\([0-9]*\).*|\4 \1/\2 \3|" > "$work/plan"
last=$(sed -n 's/^#if LAB_SOLVED >= //p' paxos/*.c kvpaxos/*.c | sort -n |
	tail -n 1)
awk -v last="$last" '
	{ todo[$2] = $1; needs[$2] = $3 }
	END {
		for (test in todo) {
			if (todo[test] < 1 || todo[test] > last) {
				print test ": .todo is " todo[test] + 0 \
					", not one of 1 to " last
				bad = 1
			}
			if (needs[test] != "" &&
			    todo[needs[test]] > todo[test]) {
				print test ": .todo is lower than that of " \
					needs[test] ", which it needs"
				bad = 1
			}
		}
		exit bad
	}' "$work/plan" || die 'the plan has no ladder in it'

# ---- the rungs -----------------------------------------------------------

# Prints the tests of a results.json, those with all points as `pass`, those
# with none as `fail`.
scores() {
	tr -d ' ",' < "$1" | awk -F : '
		$1 == "name" { name = $2 }
		$1 == "score" { score = $2 }
		$1 == "max_score" && name != "" {
			word = score == 0 ? "fail" : "part"
			if (score == $2)
				word = "pass"
			print word, name
			name = ""
		}' | sort
}

rung=0
while [ "$rung" -lt "$last" ]; do
	dir=$work/rung.$rung
	mkdir -p "$dir/paxos" "$dir/kvpaxos" || exit 2
	for file in paxos/*.[ch] kvpaxos/*.[ch]; do
		if grep -q LAB_SOLVED "$file"; then
			handout/strip "--solved=$rung" "$file"
		else
			cat "$file"
		fi > "$dir/$file" || die "$file at level $rung"
	done
	grader/submission/build.sh "$dir" "$dir.so" plain "$CC" > "$dir.log" ||
		{ cat "$dir.log" >&2; die "level $rung does not build"; }
	# What is not the student's is noted; a warning is an offence.
	if grep -q warning "$dir.log"; then
		cat "$dir.log" >&2
		die "level $rung builds with a warning"
	fi
	status=0
	# shellcheck disable=SC2086 # one option per suite
	"$tools/grade" $suites "--host=$tools/host" "--submission=$dir.so" \
		"--jobs=$JOBS" "--out=$dir.out" > "$dir.log" 2>&1 || status=$?
	[ $status -eq 1 ] || { cat "$dir.log" >&2
		die "level $rung: grade's exit status is $status, not 1"; }
	awk -v rung="$rung" '{
		print $1 <= rung ? "pass" : "fail", $2
	}' "$work/plan" | sort > "$work/want"
	scores "$dir.out/results.json" > "$work/got"
	if ! diff "$work/want" "$work/got" > "$work/diff"; then
		sed -n '/^Start here/,$p' "$dir.log" >&2
		echo "level $rung, wanted (<) and got (>):" >&2
		cat "$work/diff" >&2
		die "level $rung does not score what it should"
	fi
	echo "level $rung: $(grep -c ^pass "$work/got") of" \
		"$(wc -l < "$work/plan") tests, as it should be"
	rung=$((rung + 1))
done
