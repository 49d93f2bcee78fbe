#!/bin/sh
# mutants_test.sh - the wrong and the right solutions still fit the reference.
#
# 1. Every patch applies exactly, and compiles; every mutant's head is whole
#    and names tests that exist.
# 2. A patch that does not apply is refused, with the file and the line named;
#    so is one of a file that no student hands in.
# 3. validate.sh tells three mutants and one variant from a mutant that
#    changes nothing, a variant that is wrong, and what does not compile.
# 4. A table takes in rows that were measured later, and counts anew.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
: "${JOBS:=$(nproc)}"

plan
sed 's|.*"suite":"\([^"]*\)","name":"\([^"]*\)".*|\1/\2|' \
	"$work/plan.json" > "$work/plan"

# ---- 1. they fit ---------------------------------------------------------

# fits PATCH|FOLDER: applied and compiled; what is wrong goes to stdout.
fits() {
	name=${1##*/}
	src=$work/src/${name%.patch}
	grader/validate/prepare.sh "$1" "$src" 2>&1 || return
	# A file as it is in the reference has been compiled elsewhere, unless
	# a header of it is another one.
	for file in "$src"/paxos/*.[ch] "$src"/kvpaxos/*.[ch]; do
		[ ! -e "$file" ] || cmp -s "$file" "${file#"$src"/}" ||
			echo "$file"
	done > "$src/changed"
	if [ -d "$1" ] || grep -q '\.h$' "$src/changed"; then
		find "$src" -name "*.c"
	else
		cat "$src/changed"
	fi | grep -v '/protocol\.c$' | while read -r file; do
		"$CC" -std=c11 -D_POSIX_C_SOURCE=200809L \
			-D_DEFAULT_SOURCE -fsyntax-only -w -I"$src" \
			-I"$src/paxos" -I. -Ibuild/gen "$file" 2>&1
	done
	rm -rf "$src"
}

head_is_whole() {
	head=$(sed -n '/^--- /q;p' "$1")
	for line in 'id: [A-Z][0-9]*$' 'wrong: .' \
		'fails: [a-z_]*/[a-z0-9_]*$' \
		'mode: \(plain\|thread\|sim\|address\|memcheck\)$'; do
		echo "$head" | grep -q "^$line" || echo "$1: no line $line"
	done
	for test in $(echo "$head" | sed -n 's/^fails: //p'); do
		grep -q -x -F "$test" "$work/plan" ||
			echo "$1: there is no test $test"
	done
	id=$(echo "$head" | sed -n 's/^id: //p')
	case ${1##*/} in
	"$id"_*) ;;
	*) echo "$1: its id is not the first word of its name" ;;
	esac
}

some=0
for patch in grader/mutants/*/*.patch; do
	head_is_whole "$patch"
	some=$((some + 1))
done > "$work/heads"
[ ! -s "$work/heads" ] || { cat "$work/heads" >&2; die 'heads of mutants'; }
[ "$some" -ge 80 ] || die "there are only $some mutants"

all() {
	printf '%s\n' grader/mutants/*/*.patch grader/variants/*.patch \
		grader/variants/kvpaxos/*.patch
	for folder in grader/variants/*/; do
		ls "$folder"*.c > /dev/null 2>&1 && echo "${folder%/}"
	done
}
mkdir "$work/src" "$work/said" || exit 2
job=0
while [ "$job" -lt "$JOBS" ]; do
	all | awk -v jobs="$JOBS" -v job="$job" 'NR % jobs == job' |
		while read -r path; do
			fits "$path"
		done > "$work/said/$job" &
	job=$((job + 1))
done
wait
cat "$work/said"/* >&2
[ -z "$(cat "$work/said"/*)" ] || die 'a patch does not fit the reference'
echo "$(all | wc -l) mutants and variants apply and compile"

# ---- 2. what does not fit is refused -------------------------------------

mkdir "$work/mutants" "$work/variants"
one=grader/mutants/paxos/A3_accepts_only_above_its_promise.patch
refused() { # TEXT PATCH
	! grader/validate/prepare.sh "$2" "$work/src/x" > "$log" 2>&1 ||
		die "prepare.sh took $2"
	grep -q -e "$1" "$log" || die "prepare.sh does not say: $1"
}
sed 's/^ \(.*a->promised = n;\)/ x\1/' "$one" > "$work/far.patch"
refused 'far.patch: .*paxos/acceptor.c:[0-9]' "$work/far.patch"
cat > "$work/theirs.patch" << 'END'
--- a/paxos/protocol.h
+++ b/paxos/protocol.h
@@ -0,0 +1,1 @@
+/* not the students' */
END
refused 'protocol.h is no file that a student hands in' "$work/theirs.patch"
echo 'what does not fit is refused'

# ---- 3. validate.sh knows them apart -------------------------------------

# shellcheck disable=SC2086 # one option per suite
validate() { # STATUS: what it prints goes to $work/log
	status=0
	MUTANTS=$work/mutants VARIANTS=$work/variants WORK=$work/build \
		AT_ONCE=$JOBS RUNS=1 MODE=plain CC=$CC \
		MUTANT='' VARIANT='' \
		grader/validate.sh "$tools" "$TOOLCHAIN" $suites \
		> "$log" 2>&1 || status=$?
	[ $status -eq "$1" ] || die "validate.sh: exit status $status, not $1"
}

said() {
	for text in "$@"; do
		grep -q -e "$text" "$log" ||
			die "validate.sh does not say: $text"
	done
}

for mutant in A3_accepts_only_above_its_promise \
	X16_keeps_the_reply_not_a_copy D3_done_frees_one_too_many; do
	cp grader/mutants/paxos/$mutant.patch "$work/mutants"
done
cp grader/variants/ballots_in_leaps.patch "$work/variants"
validate 0
said 'mutants: 3 killed, 0 sometimes, 0 survived; 3 of 3 runs caught' \
	'variants: 1 clean, 0 failed'

sed -e 's/^+\(.*\) n > a->promised/+\1 (n >= a->promised)/' "$one" \
	> "$work/mutants/A3_changes_nothing.patch"
sed -e 's/^+.*n > a->promised/+	nonsense/' "$one" \
	> "$work/mutants/A3_does_not_compile.patch"
cp "$work/far.patch" "$work/mutants"
cp grader/mutants/paxos/X32_forgotten_is_pending.patch \
	"$work/variants/is_wrong.patch"
validate 1
said 'mutants: 3 killed, 0 sometimes, 1 survived; 3 of 4 runs caught' \
	'variants: 1 clean, 1 failed' \
	'not graded: 1 refused, 1 that do not build' \
	'survived .*A3_changes_nothing' 'refused .*far' \
	'failed .*1/1 .*is_wrong .*forgetting/forgotten_stays_forgotten 1/1'
echo 'validate.sh tells wrong from right'

# ---- 4. rows measured later ----------------------------------------------

a3=A3_accepts_only_above_its_promise x32=X32_forgotten_is_pending
rm -f "$work/mutants"/*
cp grader/mutants/paxos/$a3.patch grader/mutants/paxos/$x32.patch \
	"$work/mutants"
row() { # VERDICT CAUGHT NAME: a line as of measure.sh, of two
	printf '%s\t%s\t%s\t2\tplain\tt/t %s/2\t\t\n' "$1" "$3" "$2" "$2"
}
table() { # [OLD]
	grader/validate/table.sh "$work/results" mutant "$work/mutants" \
		'tests' 2 "$@" || die 'table.sh'
}
{
	row killed 2 $a3
	row sometimes 1 $x32
	row killed 2 X99_gone
} > "$work/results"
table > "$work/whole"
row killed 2 $x32 > "$work/results"
table "$work/whole" > "$log"
said "^| $a3 | plain" "^| $x32 \\* | plain .* | 2/2 |" \
	'^2 killed, 0 sometimes, .*; 4 of 4 runs caught' 'Rows with a \*'
! grep -q X99 "$log" || die 'a row of a mutant that is gone'
echo 'a table takes in later rows'
