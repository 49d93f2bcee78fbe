#!/bin/sh
# build_trial.sh - builds a submission on trial, without the guard.
#
#     build_trial.sh NAME OUT.so FLAVOUR CC
#
# NAME is a folder of grader/tests/submissions; what it does not define of
# paxos.h comes from stubs.c, except what its first line leaves out
# (`without: FUNCTION`).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=$1 out=$2 flavour=$3 cc=$4

work=$(mktemp -d "${TMPDIR:-/tmp}/trial.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here/submissions/$name"/*.c "$work"
without=$(sed -n '1s/.*without: \([a-z_]*\).*/\1/p' "$work/peer.c")
sed "/WEAK.* ${without:-nothing}(/,/^}/d" "$here/submissions/stubs.c" \
	> "$work/agenda.c"
"$here/../submission/build.sh" --no-guard "$work" "$out" "$flavour" "$cc"
