#!/bin/sh
# judge_test.sh - the judge as a program: its plan, its command line, and what
# it says to a person about tests that pass, fail, or cannot be run.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
judge=$tools/judges/grader_suites_paxos

# -- the plan

"$judge" --plan > "$work/plan" || exit 1
sed 's/.*"suite":"\([^"]*\)","name":"\([^"]*\)".*/\1\/\2/' \
	"$work/plan" | sort > "$work/names"
sed 's/.*"needs":"\([^"]*\)".*/\1/' "$work/plan" | sed '/^$/d' | sort -u \
	> "$work/needs"
expect 0 '^none$' 'every prerequisite is a test' \
	sh -c "comm -13 '$work/names' '$work/needs' | grep . || echo none"
expect 0 '^none$' 'no name comes twice' \
	sh -c "uniq -d '$work/names' | grep . || echo none"
expect 0 '^acceptor/promises_the_first_ballot$' 'there are tests' \
	cat "$work/names"

# -- the command line

expect 2 'usage: judge' 'no arguments' "$judge"
expect 2 'usage: judge' 'an unknown option' "$judge" --plans
expect 2 'there is no test basic/nonsense' 'an unknown test' \
	"$judge" --run=basic/nonsense
expect 2 'there is no test .*' 'a pattern is no name' "$judge" '--run=basic/*'

# -- for a person

mkdir "$work/exits" "$work/exits/paxos"
cp paxos/*.[chx] "$work/exits/paxos/"
cat >> "$work/exits/paxos/acceptor.c" << 'END'
#include <unistd.h>
__attribute__((constructor)) static void leave(void)
{
	_exit(0);
}
END
mkdir "$work/unwritten" "$work/unwritten/paxos"
cp paxos/*.[chx] "$work/unwritten/paxos/"
sed '/^void paxos_kill(/,/^}/s/^{/{ lab_todo(3, "here");/' paxos/peer.c \
	> "$work/unwritten/paxos/peer.c"
mkdir "$work/keeps" "$work/keeps/paxos"
cp paxos/*.[chx] "$work/keeps/paxos/"
sed '/^void peer_accept(/,/^}/s/mutex_unlock/(void)/' paxos/peer.c \
	> "$work/keeps/paxos/peer.c"
printf '#!/bin/sh\nkill -KILL $PPID\n' > "$work/kills"
chmod +x "$work/kills"
for submission in . "$work/exits" "$work/unwritten" "$work/keeps"; do
	grader/submission/build.sh --no-guard "$submission" \
		"$work/$(basename "$submission").so" plain "$CC" \
		> "$log" 2>&1 || die "$submission does not build"
done
unset LAB_CHANNEL LAB_TOKEN LAB_DIR LAB_WORLD LAB_LOG
export LAB_HOST="$tools/host" LAB_SUBMISSION="$work/..so" LAB_FLAVOUR=plain
export LAB_SEED=7
run="$judge --run=basic/one_proposer"

# shellcheck disable=SC2086 # the words of $run
{
	expect 0 'basic/one_proposer: passed \(seed 7' 'a test that passes' \
		$run
	expect 1 'exit\(0\) was called' 'a submission that ends the program' \
		env LAB_SUBMISSION="$work/exits.so" $run
	expect 1 'saw: .*TODO 3, here, is not written yet' \
		'a function that is missed at the end' \
		env LAB_SUBMISSION="$work/unwritten.so" $run
	expect 1 'saw: .*handler of "accept" has returned without unlocking' \
		'what labrpc ends the program for' \
		env LAB_SUBMISSION="$work/keeps.so" $judge \
		--run=acceptor/accepts_what_it_promised
	expect 1 'process of the test was killed by signal 9' \
		'a test that is killed' \
		env LAB_HOST="$work/kills" LAB_CONFINE=no $run
	expect 1 'LAB_WORLD=moon is unknown; there is: threads' \
		'an unknown world' env LAB_WORLD=moon $run
	expect 1 'LAB_FLAVOUR=sour is unknown; there are: plain' \
		'an unknown flavour' env LAB_FLAVOUR=sour $run
	expect 1 'GRADER ERROR' 'a seed that is no number' \
		env LAB_SEED=-1 $run
	expect 1 'GRADER ERROR' 'a host that cannot be started' \
		env LAB_HOST=/nowhere $run
	expect 1 'variable LAB_HOST is not set' 'no host' \
		env LAB_HOST= $run
	expect 1 'cannot connect to LAB_CHANNEL' 'a missing channel' \
		env LAB_CHANNEL="$work/none" LAB_TOKEN=x $run
	expect 0 'event|DEBUG' 'a log for LAB_LOG' env LAB_LOG=debug $run
}

finish 'the judge'
