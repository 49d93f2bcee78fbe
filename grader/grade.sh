#!/bin/sh
# grade.sh - build the submission, then grade it: what `make grade` runs.
#
#   grade.sh TOOLS HOST_DIR FLAVOUR SUBMISSION [option of grade ...]
#
# TOOLS holds the program `grade`, HOST_DIR the host of the flavour to grade
# in.  A submission that does not build is graded too: with zero, and with
# what the compiler said.  Exits as grade does.
set -eu

tools=$1 host_dir=$2 flavour=$3 submission=$4
shift 4

out=build/submission/$(basename "$host_dir")-$flavour.so
log=build/grade/build.log

status=0
grader/submission/build.sh "$submission" "$out" "$flavour" "${CC:-gcc}" \
	> "$log" 2>&1 || status=$?
case $status in
0)
	cat "$log"
	set -- "--submission=$out" "$@"
	;;
1)
	set -- "--build-failed=$log" "$@"
	;;
*)
	cat "$log" >&2
	exit 3
	;;
esac

exec "$tools/grade" "--host=$host_dir/host" "--flavour=$flavour" "$@"
