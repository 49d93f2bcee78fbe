#!/bin/sh
# grade.sh - build the submission, then grade it: what `make grade` runs.
#
#   grade.sh TOOLS HOST_DIR FLAVOUR RACE_DIR SUBMISSION [option of grade ...]
#
# TOOLS holds the program `grade`, HOST_DIR the host of the flavour to grade
# in, RACE_DIR the one to look for races with; if that is empty, none are
# looked for.  SIM_DIR, in the environment, holds the simulated host; if that
# is empty, nothing is simulated beside it.  A submission that does not build
# is graded too: with zero, and with what the compiler said.  Exits as grade
# does.
set -eu

tools=$1 host_dir=$2 flavour=$3 race_dir=$4 submission=$5
shift 5

log=build/grade/build.log

# The submission is built to places that all grades of this tree share, and so
# are the results: one after the other.
exec 9> build/submission/lock
flock -n 9 || {
	echo "Another grade is at work here; this one waits for it." >&2
	flock 9
}

# so DIR FLAVOUR: where the submission is built to
so() {
	echo "build/submission/$(basename "$1")-$2.so"
}

# built STATUS LOG: goes on only if the submission could be built or not
built() {
	case $1 in
	0 | 1) ;;
	*)
		cat "$2" >&2
		exit 3
		;;
	esac
}

build() { # DIR FLAVOUR
	grader/submission/build.sh "$submission" "$(so "$1" "$2")" "$2" \
		"${CC:-gcc}"
}

# All at a time: the compiler is most of what a small change costs.
sim_dir=${SIM_DIR:-}
sim_pid=
if [ -n "$sim_dir" ]; then
	build "$sim_dir" sim > "$log.sim" 2>&1 &
	sim_pid=$!
fi
race_pid=
if [ -n "$race_dir" ]; then
	build "$race_dir" thread > "$log.races" 2>&1 &
	race_pid=$!
fi
status=0
build "$host_dir" "$flavour" > "$log" 2>&1 || status=$?
race_status=0
[ -z "$race_pid" ] || wait "$race_pid" || race_status=$?
sim_status=0
[ -z "$sim_pid" ] || wait "$sim_pid" || sim_status=$?
built $status "$log"
if [ $status -eq 0 ] && [ $race_status -ne 0 ]; then
	log=$log.races status=$race_status
	built $status "$log"
fi
if [ $status -eq 0 ] && [ $sim_status -ne 0 ]; then
	log=$log.sim status=$sim_status
	built $status "$log"
fi

if [ $status -eq 0 ]; then
	cat "$log"
	set -- "--submission=$(so "$host_dir" "$flavour")" "$@"
	[ -z "$race_dir" ] || set -- "--race-host=$race_dir/host" \
		"--race-submission=$(so "$race_dir" thread)" "$@"
	[ -z "$sim_dir" ] || set -- "--sim-host=$sim_dir/host" \
		"--sim-submission=$(so "$sim_dir" sim)" "$@"
else
	set -- "--build-failed=$log" "$@"
fi
exec "$tools/grade" "--host=$host_dir/host" "--flavour=$flavour" \
	--suppressions=grader/host/valgrind.supp --lock=9 "$@"
