#!/bin/sh
# validate.sh - measures the suites: do they fail what is wrong, and pass what
# is right?
#
#     validate.sh TOOLS TOOLCHAIN SUITE_OPTION...
#
# Builds and grades each mutant of grader/mutants/paxos and each variant of
# grader/variants (with PART=B, of the folders kvpaxos there), prints a line
# for each as it ends, and then the tally.
# `make validate` calls this; grader/mutants/README.md says what the words
# mean.  Environment:
#
#     MUTANT=PATTERN   only the mutants whose names match; if it is given and
#                      VARIANT is not, then no variants, and the other way
#                      round
#     VARIANT=PATTERN  only the variants whose names match
#     RUNS=N           runs of each (3)
#     FULL=yes         each run of a mutant is a whole grade
#     MODE=WORD        how variants are graded: all (as `make grade` does),
#                      plain, thread, sim, address or memcheck.  With sim the
#                      mutants are not graded, but looked for in the
#                      simulation, seed after seed (validate/seeds.sh)
#     SEED_BASE=N      what the runs' seed bases are counted from
#     TABLE=yes        write what came of all mutants, or of all variants, to
#                      TABLE.md in their folder; with sim to SEEDS.md
#     TABLE=rows       put what came of these into the TABLE.md that is there
#     PART=LETTER      the tests of this part (A)
#     AT_ONCE=N        how many at once; much of a test is waiting
#     MUTANTS=FOLDER   other mutants, and other variants, for tests of this
#     VARIANTS=FOLDER  script
#     WORK=FOLDER      where to build (build/validate)
#
# Exit status: 0 if every mutant was killed and every variant is clean, 1 if
# not, 2 for a mistake in the call or the machine's failure.
set -u
export LC_ALL=C
cd "$(dirname "$0")/.." || exit 2

die() {
	echo "validate.sh: $*" >&2
	exit 2
}

[ $# -ge 3 ] || die 'usage: validate.sh TOOLS TOOLCHAIN SUITE_OPTION...'
TOOLS=$1 TOOLCHAIN=$2
shift 2
SUITES=$*
: "${MUTANT:=}" "${VARIANT:=}" "${RUNS:=3}" "${FULL:=no}" "${MODE:=all}" \
	"${PART:=A}"
: "${SEED_BASE:=6824}" "${TABLE:=no}" "${CC:=gcc}" "${WORK:=build/validate}"
case $PART in
B)
	: "${MUTANTS:=grader/mutants/kvpaxos}"
	: "${VARIANTS:=grader/variants/kvpaxos}"
	;;
*) : "${MUTANTS:=grader/mutants/paxos}" "${VARIANTS:=grader/variants}" ;;
esac
: "${AT_ONCE:=$((2 * $(nproc)))}"
BASE=$SEED_BASE
case $RUNS$AT_ONCE$BASE in
*[!0-9]*) die 'RUNS, AT_ONCE and SEED_BASE are numbers' ;;
esac
[ "$RUNS" -gt 0 ] && [ "$AT_ONCE" -gt 0 ] ||
	die 'RUNS and AT_ONCE are at least 1'
case $MUTANT$VARIANT in
'') MUTANT='*' VARIANT='*' ;;
'*' | '**') ;;
*) [ "$TABLE" != yes ] || die 'TABLE=yes is for a run of all of a kind' ;;
esac

mkdir -p "$WORK" && exec 9> "$WORK/lock" || exit 2
flock -n 9 || die "another validation is at work in $WORK"
rm -rf "$WORK/results" && mkdir "$WORK/results" || exit 2
export TOOLS TOOLCHAIN SUITES PART RUNS BASE FULL MODE CC WORK KIND TOTAL

for option in $SUITES; do
	"${option#--suite=}" --plan || die "$option --plan"
done > "$WORK/plan.json"
sed 's|.*"suite":"\([^"]*\)","name":"\([^"]*\)".*|\1/\2|' \
	"$WORK/plan.json" > "$WORK/plan"

# NAME=PATH of those whose name matches PATTERN
chosen() { # PATTERN PATH...
	pattern=$1
	shift
	[ -n "$pattern" ] || return 0
	for path in "$@"; do
		path=${path%/}
		base=${path##*/}
		base=${base%.patch}
		# shellcheck disable=SC2254 # it is a pattern
		case $base in
		$pattern)
			# A patch, or a folder with a solution in it.
			if [ -f "$path" ] || ls "$path"/*.c > /dev/null 2>&1
			then
				echo "$base=$path"
			fi
			;;
		esac
	done
}

chosen "$MUTANT" "$MUTANTS"/*.patch > "$WORK/mutants"
chosen "$VARIANT" "$VARIANTS"/*.patch "$VARIANTS"/*/ \
	> "$WORK/variants"
TOTAL=$(cat "$WORK/mutants" "$WORK/variants" | wc -l)
[ "$TOTAL" -gt 0 ] || die 'no mutant and no variant has such a name'

how='the fitting tests'
[ "$FULL" = no ] || how='whole grades'
[ "$MODE" != sim ] || how='seed after seed'
echo "$(wc -l < "$WORK/mutants") mutants ($how) and" \
	"$(wc -l < "$WORK/variants") variants (whole grades, $MODE)," \
	"$RUNS runs each, $AT_ONCE at once, seed bases from $((BASE + 1))"
for KIND in mutant variant; do
	measure=measure.sh
	[ "$KIND$MODE" != mutantsim ] || measure=seeds.sh
	xargs -r -P "$AT_ONCE" -n 1 "grader/validate/$measure" \
		< "$WORK/${KIND}s" || die 'interrupted'
done

# ---- what came of it -----------------------------------------------------

# Every result, mutants first, in the order of the lists.
cut -d = -f 1 "$WORK/mutants" "$WORK/variants" | while read -r name; do
	cat "$WORK/results/$name"
done > "$WORK/all"
bad=$(grep -c -v -E '^(killed|clean|apart)	' "$WORK/all")

tally() {
	awk -F '\t' '
		{ count[$1]++ }
		$1 ~ /^(killed|sometimes|survived)$/ { runs += $4; hit += $3 }
		END {
			printf "mutants: %d killed, %d sometimes, %d " \
				"survived", count["killed"], \
				count["sometimes"], count["survived"]
			if (runs > 0)
				printf "; %d of %d runs caught", hit, runs
			printf "\nvariants: %d clean, %d failed\n", \
				count["clean"], count["failed"]
			if (count["apart"] > 0)
				printf "not simulated: %d mutants\n", \
					count["apart"]
			if (count["refused"] + count["unbuilt"] > 0)
				printf "not graded: %d refused, %d that do " \
					"not build\n", count["refused"], \
					count["unbuilt"]
		}' "$WORK/all"
}

echo
if [ "$bad" -gt 0 ]; then
	awk -F '\t' '$1 !~ /^(killed|clean|apart)$/ {
		printf "%-9s %3d/%d  %s\n", $1, $3, $4, $2
		if ($6 != "") print "    fitting: " $6
		if ($7 != "") print "    others:  " $7
		if ($8 != "") print "    " $8
	}' "$WORK/all"
	echo
fi
tally
table() { # mutant|variant FOLDER HOW
	old=
	[ "$TABLE" = yes ] || old=$2/TABLE.md
	grader/validate/table.sh "$WORK/all" "$1" "$2" "$3" "$RUNS" $old \
		> "$WORK/TABLE.md" && cp "$WORK/TABLE.md" "$2" || exit 2
	echo "written: $2/TABLE.md"
}

seeds_table() {
	old=
	[ "$TABLE" = yes ] || old=$MUTANTS/SEEDS.md
	grader/validate/seeds_table.sh "$WORK/all" "$MUTANTS" "$RUNS" $old \
		> "$WORK/SEEDS.md" && cp "$WORK/SEEDS.md" "$MUTANTS" || exit 2
	echo "written: $MUTANTS/SEEDS.md"
}

if [ "$TABLE" != no ]; then
	case $MUTANT,$MODE in
	,*) ;;
	*,sim) seeds_table ;;
	*) table mutant "$MUTANTS" "$how" ;;
	esac
	[ -z "$VARIANT" ] || table variant "$VARIANTS" "whole grades ($MODE)"
fi
[ "$bad" -eq 0 ]
