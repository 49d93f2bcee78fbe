#!/bin/sh
# grade.sh - build the submission, then grade it: what `make grade` runs.
#
#   grade.sh TOOLS HOST_DIR FLAVOUR RACE_DIR SUBMISSION [option of grade ...]
#
# TOOLS holds the program `grade`, HOST_DIR the host of the flavour to grade
# in, RACE_DIR the one to look for races with; if that is empty, none are
# looked for.  SIM_DIR, in the environment, holds the simulated host, and
# SIM_RACE_DIR the one that looks for races there; if one is empty, that is
# left out.  A submission that does not build is graded too: with zero, and
# with what the compiler said; so is a folder without any of its files if EMPTY
# is `zero`, which is otherwise a mistake in the command.  Exits as grade does.
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
	case $1:${EMPTY:-} in
	0:* | 1:* | 3:zero) ;;
	3:*)
		sed "s|^error:|SUBMISSION=$submission:|" "$2" >&2
		echo "EMPTY=zero grades it all the same, with no points." >&2
		exit 2
		;;
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
begin() { # DIR FLAVOUR
	pid=
	[ -n "$1" ] || return 0
	build "$1" "$2" > "$log.$2" 2>&1 &
	pid=$!
}
sim_dir=${SIM_DIR:-} sim_race_dir=${SIM_RACE_DIR:-}
begin "$race_dir" thread
race_pid=$pid
begin "$sim_dir" sim
sim_pid=$pid
begin "$sim_race_dir" sim-race
sim_race_pid=$pid
status=0 shown=$log
build "$host_dir" "$flavour" > "$log" 2>&1 || status=$?

# What one of them has found wrong is enough.
finish() { # PID FLAVOUR
	other=0
	[ -z "$1" ] || wait "$1" || other=$?
	if [ $status -eq 0 ] && [ $other -ne 0 ]; then
		status=$other shown=$log.$2
	fi
}
finish "$race_pid" thread
finish "$sim_pid" sim
finish "$sim_race_pid" sim-race
built $status "$shown"

if [ $status -eq 0 ]; then
	cat "$log"
	set -- "--submission=$(so "$host_dir" "$flavour")" "$@"
	[ -z "$race_dir" ] || set -- "--race-host=$race_dir/host" \
		"--race-submission=$(so "$race_dir" thread)" "$@"
	[ -z "$sim_dir" ] || set -- "--sim-host=$sim_dir/host" \
		"--sim-submission=$(so "$sim_dir" sim)" "$@"
	[ -z "$sim_race_dir" ] || set -- \
		"--sim-race-host=$sim_race_dir/host" \
		"--sim-race-submission=$(so "$sim_race_dir" sim-race)" "$@"
else
	set -- "--build-failed=$shown" "$@"
fi
exec "$tools/grade" "--host=$host_dir/host" "--flavour=$flavour" \
	--suppressions=grader/host/valgrind.supp --lock=9 "$@"
