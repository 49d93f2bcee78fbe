#!/bin/sh
# liar_test.sh - a judge built with AddressSanitizer and UBSan against a host
# that says what it likes (liar.c): every test comes to a verdict, or to an
# error in words, and nothing that the judge does is undefined.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
judge=$TOOLCHAIN-address/judge

unset LAB_CHANNEL LAB_TOKEN LAB_DIR LAB_LOG
export LAB_HOST="$tools/liar" LAB_SUBMISSION="$PWD/$tools/liar"
export LAB_RUNS=2 LAB_SEED=7 ASAN_OPTIONS=detect_leaks=0

# lied WORLD FLAVOUR TEST: three times
lied() {
	for LAB_LOG_LIAR in 1 2 3; do
		export LAB_LOG_LIAR LAB_WORLD="$1" LAB_FLAVOUR="$2"
		checks=$((checks + 1))
		"$judge" --run="$3" > "$log" 2>&1
		grep -q "^$3: " "$log" &&
			! grep -Eq 'Sanitizer|runtime error|signal' "$log" ||
			complain "$3 in $1 with seed $LAB_LOG_LIAR"
	done
}

for test in acceptor/promises_the_first_ballot proposer/adopts_the_highest \
	basic/many_proposers_many_values races/promise_against_promise \
	server/puts_gets_and_appends chance/lossy; do
	"$judge" --plan | grep -q "\"${test%/*}\",\"name\":\"${test#*/}\"" ||
		die "there is no test $test"
	lied threads plain "$test"
	lied sim sim "$test"
done
finish 'a judge that is lied to'
