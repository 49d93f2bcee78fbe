#!/bin/sh
# table.sh - makes the table of a validation, for people.
#
#     table.sh RESULTS mutant|variant FOLDER HOW RUNS > FOLDER/TABLE.md
#
# RESULTS has the lines of measure.sh, FOLDER the mutants or the variants; HOW
# tells what a run was.
set -u
export LC_ALL=C

results=$1 kind=$2 folder=$3 how=$4 runs=$5

cat << END
# How the suites fared with these ${kind}s

Written by \`make validate TABLE=yes\`, from one run of it; what the words mean
stands in grader/mutants/README.md. $runs runs of each, of $how.

END
if [ "$kind" = mutant ]; then
	cat << END
| mutant | in | what is wrong | caught | fitting tests that failed | others |
|---|---|---|---|---|---|
END
else
	cat << END
| variant | what is different | runs | failed |
|---|---|---|---|
END
fi
awk -F '\t' -v kind="$kind" -v folder="$folder" '
	function head(key, file,    text, line) {
		while ((getline line < file) > 0 && line !~ /^--- /)
			if (index(line, key ": ") == 1)
				text = text (text == "" ? "" : " ") \
					substr(line, length(key) + 3)
		close(file)
		return text
	}
	{
		of_mutant = $1 !~ /^(clean|failed)$/
		count[$1] += of_mutant == (kind == "mutant")
		if (of_mutant != (kind == "mutant"))
			next
		file = folder "/" $2 ".patch"
	}
	of_mutant {
		caught = $1 == "killed" ? $3 "/" $4 : \
			"**" $3 "/" $4 " " $1 "**"
		runs += $4
		hit += $3
		printf "| %s | %s | %s | %s | %s | %s |\n", $2, $5, \
			head("wrong", file), caught, $6, $7
		next
	}
	{
		why = head("why", file)
		printf "| %s | %s | %d | %s |\n", $2, why != "" ? why : \
			"An implementation of its own.", $4, \
			$1 == "clean" ? "none" : "**" $7 "**"
	}
	END {
		if (kind == "mutant")
			printf "\n%d killed, %d sometimes, %d survived, %d " \
				"not graded; %d of %d runs caught.\n", \
				count["killed"], count["sometimes"], \
				count["survived"], count["refused"] + \
				count["unbuilt"], hit, runs
		else
			printf "\n%d clean, %d failed.\n", count["clean"], \
				count["failed"]
	}' "$results"
