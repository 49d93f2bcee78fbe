#!/bin/sh
# hostile_test.sh - submissions that want a grade without solving anything.
#
# Each file of hostile/ becomes a submission: with functions of paxos.h that
# do nothing (submissions/stubs.c), added to the reference solution, or as the
# clerk of one with the reference's servers.  It is
# graded twice: as build.sh builds it, where many are refused, and built
# without the guard, so that what stops hostile code at run time is seen to do
# so by itself; some a third time without their confinement, to see what else
# does.  Each time every point must be lost, for a fitting reason, and no
# process or folder may be left over.
set -eu
cd "$(dirname "$0")/../.."

: "${TOOLCHAIN:=build/gcc}" "${CC:=gcc}"
tools=$TOOLCHAIN-plain
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
suites=
for judge in "$tools"/judges/*; do
	[ ! -f "$judge" ] || suites="$suites --suite=$judge"
done

die() {
	echo "FAILED: $*" >&2
	[ ! -e "$work/$name.out" ] || sed 's/^/  /' "$work/$name.out" >&2
	exit 1
}

# make_submission NAME BASE: the folder $work/NAME
make_submission() {
	mkdir -p "$work/$1"
	case $2 in
	stubs)
		sed "s|@WORK@|$work|" "grader/tests/hostile/$1.c" \
			> "$work/$1/peer.c"
		cp grader/tests/submissions/stubs.c "$work/$1/agenda.c"
		;;
	reference)
		cp paxos/*.[ch] "$work/$1"
		# A function that the file defines takes the other's place.
		other=$(sed -n 's/^.*[ *]paxos_\([a-z]*\)(.*)$/\1/p' \
			"grader/tests/hostile/$1.c")
		sed "s/^\(.*[ *]\)paxos_${other:-none}(/struct paxos;\
			\1reference_${other:-none}(/" paxos/peer.c \
			> "$work/$1/peer.c"
		cat "grader/tests/hostile/$1.c" >> "$work/$1/peer.c"
		;;
	service)
		mkdir -p "$work/$1/paxos" "$work/$1/kvpaxos"
		cp paxos/*.[ch] "$work/$1/paxos"
		cp kvpaxos/*.[ch] "$work/$1/kvpaxos"
		cp "grader/tests/hostile/$1.c" "$work/$1/kvpaxos/client.c"
		;;
	esac
}

# grade OPTION...: exits with 1, no points, and nothing left over
grade() {
	ended=0
	# shellcheck disable=SC2086 # one option per suite
	"$tools/grade" $suites "--host=$tools/host" "--out=$work/$name/out" \
		--memory=512 "$@" > "$work/$name.out" 2>&1 || ended=$?
	[ $ended -eq 1 ] || die "$name $1: grade's exit status is $ended"
	grep -q '^ "score": 0,$' "$work/$name/out/results.json" ||
		die "$name $1 scored points"
}

# hostile NAME BASE REASON [OPTION...]: REASON is an extended regular
# expression for what stands on the terminal.
hostile() {
	name=$1 base=$2 reason=$3
	shift 3
	log=$work/$name.log
	make_submission "$name" "$base"
	if grader/submission/build.sh "$work/$name" "$work/$name.so" plain \
		"$CC" > "$log" 2>&1
	then
		guarded=no
	else
		guarded=yes
		grade "--build-failed=$log"
	fi
	grader/submission/build.sh --no-guard "$work/$name" "$work/$name.so" \
		plain "$CC" > "$log" 2>&1 || {
		cat "$log" >&2
		die "$name does not build"
	}
	grade "--submission=$work/$name.so" "$@"
	said "$reason"
	echo "$name: zero (refused by the guard: $guarded)"
}

# unconfined REASON [OPTION...]: the last one once more, left to itself
unconfined() {
	reason=$1
	shift
	LAB_CONFINE=no grade "--submission=$work/$name.so" "$@"
	rm -f findings.asan.1 # where nothing keeps it from writing
	said "$reason"
	echo "$name: zero (not confined)"
}

# again REASON [OPTION...]: the last one once more
again() {
	reason=$1
	shift
	grade "--submission=$work/$name.so" "$@"
	said "$reason"
}

said() { # REASON: stands on the terminal
	tr -s ' \n' ' ' < "$work/$name.out" | grep -Eq -e "$1" ||
		die "$name: no reason such as: $1"
}

# The attacks on files have had no effect, and nobody saw the secret, where
# the kernel can see to that.
untouched() {
	grep -q '^confined by: Landlock' "$work/$name.out" || return 0
	[ "$(cat "$work/prey")" = prey ] || die "$name has changed a file"
	! grep -rqE 'REPLACED|READ|LINKED|hidden word' "$work/$name.out" \
		"$work/$name/out" || die "$name came to a file"
}

# What a submission prints stands in the log of its test.
printed() {
	for how in printf fprintf vfprintf vprintf puts fputs fwrite putc \
		'perror: Numerical'; do
		grep -q " by $how" "$work/$name/out/log"/*.log ||
			die "$name: nothing in the log $how"
	done
}

# What looks hostile and is not keeps its points.
harmless() { # NAME OPTION...
	name=$1
	shift
	make_submission "$name" reference
	grader/submission/build.sh --no-guard "$work/$name" "$work/$name.so" \
		plain "$CC" > "$work/$name.log" 2>&1 || die "$name: no build"
	# shellcheck disable=SC2086 # one option per suite
	"$tools/grade" $suites "--host=$tools/host" "--out=$work/$name/out" \
		"--submission=$work/$name.so" "$@" > "$work/$name.out" 2>&1 ||
		die "$name lost points"
	echo "$name: full points"
}

echo prey > "$work/prey"
echo 'the hidden word' > "$work/secret"

# What asks for the status of an instance, and ends soon.
status=--test=basic/one_proposer
first=--test=acceptor/promises_the_first_ballot

# Most of the time is spent waiting: four lanes run side by side.
refused='asked the system for what no submission may have'
lane_1() {
	hostile empty stubs 'happened.*paxos_make\(\) returned NULL'
	hostile always_pending stubs 'happened'
	hostile process_behind reference "$refused" $first
	unconfined 'left 1 process behind' $first
	hostile kills_parent stubs "$refused|exit\(0\) was called" $first
	# Which of the two depends on whether grade had met the judge's
	# process before the judge was killed above it.
	unconfined "ended without a verdict: killed by signal\
 9|somebody else connected before the judge" $first
	hostile calls_home stubs "$refused" $first
	harmless names_sanitizers $first
}
lane_2() {
	hostile decides_own_value stubs 'happened'
	hostile shared_table stubs 'happened'
	hostile exit_in_make stubs 'exit\(0\) was called' $first
	hostile exit_at_load stubs 'exit\(0\) was called' $first
	hostile rewrites_files stubs 'exit\(0\) was called' $first
	untouched
	unconfined 'its verdict does not count: somebody has changed' $first
	echo prey > "$work/prey"
	hostile starts_shell stubs "$refused" $first
	untouched
}
lane_3() {
	hostile floods stubs 'did not come to an end' $status
	hostile exit_in_thread stubs 'exit\(0\) was called' $status
	hostile defines_criterion stubs 'happened no reply came' $first
	hostile fake_report stubs 'exit\(0\) was called' $first
	hostile prints stubs 'paxos_make\(\) returned NULL' $first
	printed
	hostile prints_elsewhere stubs 'killed by signal 11' $first
	hostile clerks_table service 'it holds' \
		--test=clerk/one_after_the_other
	again 'sent 0 requests for it' --test=clerk/refusals_are_returned
	hostile kills_group stubs "$refused" $first
	unconfined 'killed by signal 9' $first
	hostile writes_memory stubs "$refused" $first
}
lane_4() {
	hostile spins stubs 'did not come to an end' $status
	hostile allocates stubs 'memory limit' $status
	# Killed, if the channel is closed to it before all is written.
	hostile forges_verdict stubs 'exit\(0\) was called|Broken pipe' $first
	unconfined 'exit\(0\) was called|Broken pipe' $first
	hostile thread_behind stubs 'happened no reply came' $first
	hostile sleeps_in_kill reference 'happened' $first
	hostile unties_ends reference 'killed by signal 11' \
		--test=basic/one_proposer
	hostile other_messages reference '"own" is another one' \
		--test=basic/one_proposer
	hostile clears_faults reference 'killed by signal 11' \
		--test=basic/one_proposer
	hostile fills_disk stubs 'disk limit: more than 256 MB' $first
	hostile hoards stubs 'its static variables take 655.. KiB' $first
	hostile takes_descriptors stubs 'has used up what there is' $status
	hostile blames_machine stubs 'exit status 66|checker reported' $first
}
pids=
for lane in ${LANES:-1 2 3 4}; do
	lane_$lane &
	pids="$pids $!"
done
failed=no
for pid in $pids; do
	wait "$pid" || failed=yes
done
[ $failed = no ]
echo "no hostile submission scored"
