#!/bin/sh
# host_options_test.sh - wrong options of the host are errors that name them.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
mkdir -m 700 "$work/dir"
mkdir -m 755 "$work/open"
: > "$work/s.so"

refuses() { # PATTERN ARGUMENT...
	pattern=$1
	shift
	expect 2 "$pattern" "host $*" "$tools/host" "$@"
}

control=--control=$work/control submission=--submission=$work/s.so
dir=--dir=$work/dir world=--world=threads
refuses 'missing: --control=' $submission $dir $world
refuses 'missing: --world=' $control $submission $dir
refuses 'unknown option: --word=x' $control $submission $dir --word=x
refuses 'given twice: --dir=' $control $submission $dir $dir $world
refuses 'a value is missing: --dir=' $control $submission --dir= $world
refuses 'no such world: mars.*' $control $submission $dir --world=mars
refuses 'no such world: mars.*' $control $submission $dir --world=mars \
	--for=debugger
refuses 'world=threads' $control $submission $dir --world=mars
refuses 'cannot read the submission' $control --submission=/none $dir $world
refuses 'no such folder: /none' $control $submission --dir=/none $world
refuses 'others can enter' $control $submission --dir=$work/open $world
refuses 'cannot open /none/control' --control=/none/control $submission $dir \
	$world
refuses 'calls can be only limited' $control $submission $dir $world \
	--calls=none
refuses 'no number that makes sense: --patience=0' $control $submission $dir \
	$world --patience=0
finish "the host's options"
