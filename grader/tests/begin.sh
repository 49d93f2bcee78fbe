# begin.sh - how a script of tests begins; they source it: at the top of the
# tree, with the names of what make has built there, and a folder of its own,
# $work, that goes away with it.  What a command prints belongs in $log.
# shellcheck shell=sh
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
: "${CC:=gcc}"
: "${TOOLCHAIN:=build/$(basename "$CC")}"
# shellcheck disable=SC2034 # who sources this uses it
tools=$TOOLCHAIN-plain
work=$(mktemp -d "${TMPDIR:-/tmp}/$(basename "$0" .sh).XXXXXX") || exit 2
log=$work/log
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
checks=0

# Says what has failed, and what was printed last.  Works in a pipeline, too.
complain() {
	[ ! -s "$log" ] || sed 's/^/    /' "$log"
	echo "FAILED: $*"
	: > "$work/failed"
} >&2

die() {
	complain "$@"
	exit 1
}

# The end of a script whose checks go on when one has failed: WHAT they were.
finish() {
	[ ! -e "$work/failed" ] || exit 1
	echo "$checks checks of $*"
}

# expect STATUS PATTERN WHAT COMMAND...: how it ends, and what it prints
expect() {
	status=$1 pattern=$2 what=$3
	shift 3
	checks=$((checks + 1))
	"$@" > "$log" 2>&1
	got=$?
	if [ $got -ne "$status" ]; then
		complain "$what: exit status $got, not $status"
	elif ! grep -Eq -e "$pattern" "$log" && [ -n "$pattern" ]; then
		complain "$what: nothing fits '$pattern'"
	fi
}

# The tests of all judges there are in $work/plan.json, and in $suites the
# options that name these judges to grade.
plan() {
	suites=
	for judge in "$tools"/judges/*; do
		[ -f "$judge" ] || continue
		suites="$suites --suite=$judge"
		"$judge" --plan || die "$judge --plan"
	done > "$work/plan.json"
	[ -n "$suites" ] || die "there is no judge in $tools/judges"
}

# submission NAME [MUTANT]: the reference in $work/NAME, to be changed
submission() {
	mkdir "$work/$1" && cp -R paxos kvpaxos "$work/$1/" || exit 2
	[ $# -lt 2 ] ||
		(cd "$work/$1" && patch -s -p1) < "grader/mutants/$2.patch" ||
		exit 2
}

# build NAME FLAVOUR [CC [OPTION]]: $work/NAME.so of it
build() {
	grader/submission/build.sh ${4:+"$4"} "$work/$1" "$work/$1.so" "$2" \
		"${3:-$CC}" > "$log" 2>&1 || die "$1 does not build"
}
