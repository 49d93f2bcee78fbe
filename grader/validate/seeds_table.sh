#!/bin/sh
# seeds_table.sh - makes the table of how soon the simulation finds mutants.
#
#     seeds_table.sh RESULTS FOLDER TIMES > FOLDER/SEEDS.md
#
# RESULTS has the lines of seeds.sh, FOLDER the mutants.
set -u
export LC_ALL=C

results=$1 folder=$2 times=$3

cat << END
# How soon the simulation finds these mutants

Written by \`make validate WORLD=sim TABLE=yes\`, from one run of it.  Of the
fitting tests that make sense in the simulation the one counts that failed
first, in a search of up to 2000 runs (a data race: 20, in sim-race), made
$times times from other seeds.  "Runs" are the median of these searches and the
longest of them; 1 is a test that needs no luck.  The swarm plays no test: it
runs three peers with random faults, delays and turns of threads; - is a search
of as many runs in which it has found nothing.

| mutant | what is wrong | world | found | runs | test | swarm |
|---|---|---|---|---|---|---|
END
awk -F '\t' -v folder="$folder" '
	function head(key, file,    text, line) {
		while ((getline line < file) > 0 && line !~ /^--- /)
			if (index(line, key ": ") == 1)
				text = text (text == "" ? "" : " ") \
					substr(line, length(key) + 3)
		close(file)
		return text
	}
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
		median = n == 0 ? "" : runs[int((n + 1) / 2)]
		worst = n == 0 ? "" : runs[n]
	}
	$1 ~ /^(clean|failed)$/ { next }
	{
		count[$1]++
		wrong = head("wrong", folder "/" $2 ".patch")
	}
	$1 ~ /^(apart|refused|unbuilt)$/ {
		left = left sprintf("| %s | %s | %s |\n", $2, wrong, $8)
		next
	}
	{
		hits($6)
		most = worst > most ? worst : most
		printf "| %s | %s | %s | %s | %s | %s | %s |\n", $2, wrong, \
			$5, $1 == "killed" ? $3 "/" $4 : \
			"**" $3 "/" $4 "**", median == worst ? median : \
			median " (" worst ")", tests, $7
	}
	END {
		printf "\n%d found each time, in %d runs at most; %d " \
			"sometimes, %d never.\n", count["killed"], most, \
			count["sometimes"], count["survived"]
		if (left != "")
			printf "\nNot looked for, and why:\n\n| mutant | " \
				"what is wrong | why |\n|---|---|---|\n%s", \
				left
	}' "$results"
