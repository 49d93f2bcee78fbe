# grade_trial.sh - what the tests of grade have in common; they source it.
#
# Makes a work folder with a fake judge (fake_judge.c), goes there, and offers
# functions that run grade and check what it says.
# shellcheck shell=sh
set -eu
cd "$(dirname "$0")/../.."

: "${TOOLCHAIN:=build/gcc}" "${CC:=gcc}"
: "${GRADE:=$TOOLCHAIN-plain/grade}"
GRADE=$(cd "$(dirname "$GRADE")" && pwd)/$(basename "$GRADE")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

flags='-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror'
$CC $flags -I. grader/tests/fake_judge.c -o "$work/fake_judge_$$"
$CC $flags -I. grader/tests/check_results.c -o "$work/check_results" -ljansson
cp grader/tests/grade_trial.sh "$work/submission.so"
cd "$work"
mkdir tmp
# Folders of tests are looked for here afterwards.
TMPDIR=$work/tmp FAKE_PLAN=$work/plan FAKE_MARK=$work/mark
[ ${#TMPDIR} -lt 40 ] || unset TMPDIR
export FAKE_PLAN FAKE_MARK ${TMPDIR:+TMPDIR}
unset NO_COLOR LAB_LOG 2> /dev/null || true

checks=0

# running TEXT: the processes in whose command line TEXT stands
running() {
	for process in /proc/[0-9]*; do
		! tr '\0' ' ' < "$process/cmdline" 2> /dev/null |
			grep -qF -e "$1" || echo "$process"
	done 2> /dev/null
}

die() {
	echo "FAILED: $*" >&2
	[ ! -s err ] || sed 's/^/  err: /' err >&2
	[ ! -s out.txt ] || sed 's/^/  out: /' out.txt >&2
	exit 1
}

# test SUITE/NAME [POINTS [NEEDS [LIMIT [PART]]]]: a line of the plan
test_line() {
	printf '{"part":"%s","suite":"%s","name":"%s","points":%s,' \
		"${5:-A}" "${1%%/*}" "${1#*/}" "${2:-1}"
	printf '"about":"It does %s","needs":"%s","limit_s":%s,' \
		"${1#*/}" "${3:-}" "${4:-20}"
	printf '"file":"suite.c","line":7}\n'
}

plan() { # the tests of the next run, each with one point
	: > plan
	for name in "$@"; do test_line "$name" >> plan; done
}

# grade STATUS [OPTION...]: runs grade and compares its exit status
grade() {
	expected=$1
	shift
	status=0
	"$GRADE" "--suite=$work/fake_judge_$$" "--host=$work/fake_judge_$$" \
		--submission=submission.so --out=out "$@" \
		> out.txt 2> err || status=$?
	[ $status -eq "$expected" ] ||
		die "grade $*: exit status $status, not $expected"
	checks=$((checks + 1))
}

# said FILE TEXT...: each TEXT stands in FILE, literally
said() {
	file=$1
	shift
	for text in "$@"; do
		grep -qF -e "$text" "$file" ||
			die "$file does not say: $text"
		checks=$((checks + 1))
	done
}

# scored TEXT...: each TEXT is a line of the check of the result files
scored() {
	./check_results out > checked || die "the result files are wrong"
	for text in "$@"; do
		grep -qxF -e "$text" checked || {
			cat checked >&2
			die "the results do not hold: $text"
		}
		checks=$((checks + 1))
	done
}

# reason NAME TEXT: the test bad/NAME ends without points for this reason
reason() {
	plan good/pass "bad/$1"
	grade 1 --memory=64 "--test=bad/$1"
	said out.txt "Start here: bad/$1" "$2"
	said "out/log/bad.$1.log" "bad/$1: FAIL, 0/1 points"
	said out/junit.xml '<error message='
	scored "bad/$1 0/1 failed 1.1" "score 0 of 1"
}

# twice STATUS [OPTION...]: the same with a second pass
twice() {
	expected=$1
	shift
	grade "$expected" "--race-host=$work/fake_judge_$$" \
		--race-submission=submission.so "$@"
}

# refused MESSAGE OPTION...: wrong use, said in MESSAGE
refused() {
	message=$1
	shift
	grade 2 "$@"
	said err "$message"
}

# broken MESSAGE: the plan is not accepted, for the reason MESSAGE
broken() {
	grade 3
	said err "$1"
}

# Nothing may be left; what was killed by SIGKILL has a moment to notice.
nothing_left() {
	tries=0
	while running "fake_judge_$$" > left
		[ -z "${TMPDIR-}" ] || ls "$TMPDIR" >> left
		[ -s left ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || die "left over: $(cat left)"
		sleep 0.1
	done
	checks=$((checks + 1))
}
