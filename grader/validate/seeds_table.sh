#!/bin/sh
# seeds_table.sh - makes the table of how soon the simulation finds mutants.
#
#     seeds_table.sh RESULTS FOLDER TIMES [OLD] > NEW
#
# RESULTS has the lines of seeds.sh, FOLDER the mutants.  With OLD, a table of
# before, only the rows that RESULTS has are new; those of what is no longer
# there go.
set -u
export LC_ALL=C
. "$(dirname "$0")/head.sh"

results=$1 folder=$2 times=$3 old=${4-}

new_rows() {
	awk -F '\t' -v folder="$folder" "$awk_head"'
	# Sorts the first n of list, which are few.
	function sort(list, n,    i, j, x) {
		for (i = 2; i <= n; i++) {
			x = list[i]
			for (j = i; j > 1 && list[j - 1] > x; j--)
				list[j] = list[j - 1]
			list[j] = x
		}
	}
	# "3 suite/test, ...": the median and the most, and the tests.
	function hits(text,    n, i, parts, word, runs, seen) {
		tests = ""
		n = split(text, parts, ", ")
		for (i = 1; i <= n; i++) {
			split(parts[i], word, " ")
			runs[i] = word[1] + 0
			if (!(word[2] in seen))
				tests = tests ", " word[2]
			seen[word[2]] = 1
		}
		tests = substr(tests, 3)
		sort(runs, n)
		count = n == 0 ? "-" : runs[int((n + 1) / 2)]
		if (n > 0 && runs[n] != count)
			count = count " (" runs[n] ")"
	}
	$1 ~ /^(clean|failed)$/ { next }
	{ wrong = head("wrong", folder "/" $2 ".patch") }
	$1 ~ /^(apart|refused|unbuilt)$/ {
		printf "| %s | %s | - | - | - | %s | |\n", $2, wrong, $8
		next
	}
	{
		hits($6)
		printf "| %s | %s | %s | %s | %s | %s | %s |\n", $2, wrong, \
			$5, $1 == "killed" ? $3 "/" $4 : \
			"**" $3 "/" $4 "**", count, tests, $7
	}' "$results"
}

# The rows on the standard input, and those of OLD that are not among them.
with_old_rows() {
	[ -f "$old" ] || old=/dev/null
	awk -F ' [|] ' -v folder="$folder" '
	!/^\| [A-Z][A-Za-z0-9_]* \| / { next }
	{ name = substr($1, 3) }
	FILENAME == "-" { seen[name] = 1; print; next }
	!(name in seen) &&
		(getline line < (folder "/" name ".patch")) > 0' - "$old" |
		sort
}

cat << END
# How soon the simulation finds these mutants

Written by \`make validate WORLD=sim TABLE=yes\`, or TABLE=rows of a part.  Of
the fitting tests the one counts that failed first, in a search of up to
2000 runs (a data race: 20, in sim-race), made $times times with other seeds.
"Runs" are the median of these searches and, where it differs, the
longest; 1 is a test that needs no luck.  The swarm plays no test: it runs
three peers with random faults, delays and turns of threads; - is a search of
as many runs in which it has found nothing.  Where the simulation cannot
show a mutant, the reason stands in place of a test.

| mutant | what is wrong | world | found | runs | test | swarm |
|---|---|---|---|---|---|---|
END
rows=$(new_rows | with_old_rows)
printf '%s\n' "$rows" | awk -F ' [|] ' '
	{ print }
	$4 == "-" { apart++; next }
	$4 ~ /^\*/ { missed++; next }
	{
		found++
		runs = $5
		gsub(/.*\(|\)/, "", runs)
		most = runs + 0 > most ? runs + 0 : most
	}
	END {
		printf "\n%d found each time, in %d runs at most; %d not " \
			"each time; %d not looked for.\n", found, most, \
			missed, apart
	}'

for patch in "$folder"/*.patch; do
	name=${patch##*/}
	name=${name%.patch}
	case $rows in
	*"| $name | "*) ;;
	*) echo "$name" ;;
	esac
done | awk '
	{ names = names (NR == 1 ? "" : ", ") $0 }
	END { if (NR > 0) print "\nNot measured yet: " names "." }'
