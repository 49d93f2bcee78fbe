#!/bin/sh
# host_options_test.sh - wrong options of the host are errors that name them.
set -u
cd "$(dirname "$0")/../.." || exit 2
host=${TOOLCHAIN:-build/gcc}-plain/host

work=$(mktemp -d "${TMPDIR:-/tmp}/host_options.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/dir"
mkdir -m 755 "$work/open"
: > "$work/s.so"
failed=0

expect() { # PATTERN ARGUMENT...
	pattern=$1
	shift
	"$host" "$@" > "$work/log" 2>&1
	status=$?
	if [ $status -ne 2 ] || ! grep -q -e "$pattern" "$work/log"; then
		echo "FAILED: host $*: status $status, not 2 with '$pattern'"
		cat "$work/log"
		failed=1
	fi
}

control=--control=$work/control submission=--submission=$work/s.so
dir=--dir=$work/dir world=--world=threads
expect 'missing: --control=' $submission $dir $world
expect 'missing: --world=' $control $submission $dir
expect 'unknown option: --word=x' $control $submission $dir --word=x
expect 'given twice: --dir=' $control $submission $dir $dir $world
expect 'a value is missing: --dir=' $control $submission --dir= $world
expect 'no such world: mars.*' $control $submission $dir --world=mars
expect 'world=threads' $control $submission $dir --world=mars
expect 'cannot read the submission' $control --submission=/none $dir $world
expect 'no such folder: /none' $control $submission --dir=/none $world
expect 'others can enter' $control $submission --dir=$work/open $world
expect 'cannot open /none/control' --control=/none/control $submission $dir \
	$world
expect 'calls can be only limited' $control $submission $dir $world \
	--calls=none
expect 'no number that makes sense: --patience=0' $control $submission $dir \
	$world --patience=0
exit $failed
