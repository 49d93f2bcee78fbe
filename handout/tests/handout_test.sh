#!/bin/sh
# handout_test.sh - what students get: complete, without the solution, and
# working from the archive alone.
#
# The texts say how many lines the solution has.
#
# 1. Two builds, under another umask, locale and time, are the same bytes.
# 2. No line of a solution's arm is in any file of the tree.
# 3. At every level the stripped files are what the compiler sees with
#    LAB_SOLVED at that level, and compile without a warning.
# 4. From the archive: the skeleton is graded 0; with the solution laid over
#    it the grade is full and the example of a test of one's own passes.
# 5. make.sh refuses what is missing or forgotten.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKELEVEL 2> /dev/null

: "${JOBS:=$(nproc)}"
root=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/handout_test.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

die() {
	echo "FAILED: $*" >&2
	exit 1
}

stripped=$(sed -n 's/ strip$//p' handout/files)
[ -n "$stripped" ] || die 'handout/files strips nothing'
last=$(sed -n 's/^#if LAB_SOLVED >= //p' $stripped | sort -n | tail -n 1)

# ---- what the texts say --------------------------------------------------

# as_long_as TEXT FILE...: what TEXT calls their solutions' lines, to the ten
as_long_as() {
	text=$1
	shift
	lines=$(awk '
		/^#if LAB_SOLVED >= / { solution = 1; next }
		/^#(else|endif)/ { solution = 0 }
		solution { n++ }
		END { print int((n + 5) / 10) * 10 }' "$@")
	grep -q "^In all about $lines lines\.\$" "$text" ||
		die "$text does not say that there are about $lines lines"
}
as_long_as handout/part-a.md paxos/*.c
as_long_as handout/part-b.md kvpaxos/*.c

# ---- 1. the same bytes ---------------------------------------------------

handout/make.sh "$work/one" > "$work/log" 2>&1 ||
	{ cat "$work/log" >&2; die 'handout/make.sh'; }
(umask 077 && LC_ALL=C.UTF-8 TZ=Asia/Tokyo "$root/handout/make.sh" \
	"$work/two" > /dev/null) || die 'handout/make.sh under another umask'
cmp "$work/one/paxos-lab.tar.gz" "$work/two/paxos-lab.tar.gz" ||
	die 'two builds differ'
tree=$work/one/paxos-lab
echo 'two builds are the same bytes'

# ---- 2. nothing of the solution ------------------------------------------

# Prints the lines of FILEs that lie in solutions (1) or outside of them (0),
# without strip's help; those that are long enough to tell something.
lines_of() { # 0|1 FILE...
	want=$1
	shift
	awk '
		FNR == 1 { solution = depth = 0 }
		/^#if LAB_SOLVED >= / { solution = 1; depth = 0; next }
		/^#if/ { depth++ }
		/^#else/ && depth == 0 { solution = 0 }
		/^#endif/ && depth > 0 { depth-- }
		solution == want {
			gsub(/^[ \t]+|[ \t]+$/, "")
			if (length($0) >= 15)
				print
		}' want="$want" "$@" | sort -u
}

# shellcheck disable=SC2086 # several files
lines_of 1 $stripped > "$work/solution"
given=$(cd "$tree" && find . -name '*.[ch]' | sed 's|^\./||' |
	grep -v -x -F "$(printf '%s\n' $stripped)" |
	grep -v '^tests/')
# What stands elsewhere as well gives nothing away.
# shellcheck disable=SC2086
{ lines_of 0 $stripped; cat $given | sed 's/^[ \t]*//;s/[ \t]*$//'; } |
	sort -u > "$work/elsewhere"
comm -23 "$work/solution" "$work/elsewhere" > "$work/telling"
telling=$(wc -l < "$work/telling")
[ "$telling" -ge 100 ] || die "only $telling telling lines of the solution"
find "$tree" -type f -exec awk '
	FILENAME == ARGV[1] { telling[$0] = 1; next }
	{
		line = $0
		gsub(/^[ \t]+|[ \t]+$/, "", line)
		if (line in telling)
			print FILENAME ":" FNR ": " line
	}' "$work/telling" {} + > "$work/leaks"
if [ -s "$work/leaks" ]; then
	cat "$work/leaks" >&2
	die 'lines of the solution are in the handout'
fi
if grep -rn 'LAB_SOLVED' "$tree" >&2; then
	die 'traces of the solution are in the handout'
fi
echo "none of $telling telling lines of the solution is in the handout"

# ---- 3. every level compiles ---------------------------------------------

flags='-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wshadow
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wformat=2 -Wvla
	-Werror'
level=0
mkdir -p "$work/levels/paxos" "$work/levels/kvpaxos"
while [ "$level" -le "$last" ]; do
	for file in $stripped; do
		handout/strip "--solved=$level" "$file" \
			> "$work/levels/$file" || die "$file, level $level"
		# Assertions hold their line, which differs.
		# shellcheck disable=SC2086
		{
			gcc $flags -I. -Ibuild/gen -E -P -DNDEBUG \
				-DLAB_SOLVED=$level "$file" > "$work/in" &&
				(cd "$work/levels" && gcc $flags -I"$root" \
				-I"$root/build/gen" -E -P -DNDEBUG "$file") \
				> "$work/out" && cmp "$work/in" "$work/out"
		} || die "$file at level $level is not what strip makes of it"
		for cc in gcc clang; do
			# shellcheck disable=SC2086
			(cd "$work/levels" && $cc $flags -O1 -I"$root" \
				-I"$root/build/gen" -c "$file" \
				-o "$work/object.o") ||
				die "$file at level $level, $cc"
		done
	done
	level=$((level + 1))
done
cmp -s "$work/levels/paxos/peer.c" "$tree/paxos/peer.c" &&
	die 'the handout has the solution'
echo "levels 0 to $last compile without a warning under gcc and clang"

# ---- 4. from the archive alone -------------------------------------------

mkdir "$work/student"
tar -xzf "$work/one/paxos-lab.tar.gz" -C "$work/student" || die tar
cd "$work/student/paxos-lab" || exit 2

# run STATUS LAST_LINE COMMAND...: what the command ends with
run() {
	status=$1 pattern=$2
	shift 2
	"$@" "JOBS=$JOBS" > "$work/log" 2>&1 < /dev/null
	ended=$?
	if [ $ended -ne "$status" ] || ! grep -q "$pattern" "$work/log"; then
		tail -n 60 "$work/log" >&2
		die "$*: exit status $ended, wanted $status and '$pattern'"
	fi
	if grep -i 'warning:' "$work/log" >&2; then
		die "$*: a warning"
	fi
	echo "$*: $(grep "$pattern" "$work/log" | tail -n 1)"
}

tools=$root/${TOOLCHAIN:=build/gcc}-plain
points_of() { # SUITE
	"$tools/judges/grader_suites_$1" --plan |
		sed 's/.*"points":\([0-9]*\).*/\1/' |
		awk '{ sum += $1 } END { print sum }'
}
a=$(points_of paxos) b=$(points_of kvpaxos)
run 2 "^A: 0/$a points" make grade CC=gcc
run 2 "^B: 0/$b points" make grade CC=clang
for file in $(sed 's/#.*//' grader/submission/files); do
	[ ! -e "$root/$file" ] || cp "$root/$file" "$file" || exit 2
done
run 0 "^B: $b/$b points" make grade CC=gcc
run 0 'Failing: 0' make check CC=gcc
run 0 '^ *check ' make help
run 0 'No lock is used' make tsa
cd "$root" || exit 2

# ---- 5. what make.sh refuses ---------------------------------------------

export SOURCE_DATE_EPOCH=1
mkdir "$work/repo"
cp -R $(sed 's/#.*//; / = /s/.* = //; s/ strip//; /^-/d; s|/.*||' \
	handout/files | sort -u) "$work/repo" || exit 2

# refuses PATTERN WHAT: make.sh must fail and say so
refuses() {
	if "$work/repo/handout/make.sh" "$work/three" > "$work/log" 2>&1; then
		die "make.sh lets pass: $2"
	fi
	grep -q "$1" "$work/log" ||
		{ cat "$work/log" >&2; die "make.sh, $2: not '$1'"; }
}

"$work/repo/handout/make.sh" "$work/three" > /dev/null ||
	die 'make.sh without git'
handout/make.sh "$work/two" > /dev/null || die 'make.sh'
cmp "$work/two/paxos-lab.tar.gz" "$work/three/paxos-lab.tar.gz" ||
	die 'with git and without: another archive'
cd "$work/repo" || exit 2
mv labrpc/log.h saved
refuses 'labrpc/log.h is not there' 'a missing file'
mv saved labrpc/log.h
echo 'int extra;' > paxos/extra.c
refuses 'paxos/extra.c: is neither listed nor left out' 'a forgotten file'
rm paxos/extra.c
echo '#if LAB_SOLVED >= 1' >> paxos/peer.c
refuses 'peer.c:[0-9]*: this #if has no #endif' 'an arm without an end'
cp "$root/paxos/peer.c" paxos/peer.c
echo '/* LAB_SOLVED */' >> labrpc/log.c
refuses 'LAB_SOLVED would get into the handout: labrpc/log.c' 'a trace'
cp "$root/labrpc/log.c" labrpc/log.c
for line in 'paxos/peer.h' 'a b' '/../x' 'x = ../y' 'x y z' 'a*'; do
	cp "$root/handout/files" handout/files
	echo "$line" >> handout/files
	refuses 'handout/files:[0-9]*: ' "the line '$line'"
done
cp "$root/handout/files" handout/files
handout/make.sh "$work/three" > /dev/null || die 'make.sh, restored'
echo 'make.sh refuses what it should'
