#!/bin/sh
# table.sh - makes the table of a validation, for people.
#
#     table.sh RESULTS HOW MODE RUNS < TALLY > TABLE.md
#
# RESULTS has the lines of measure.sh; HOW tells what a run of a mutant was,
# MODE how variants were graded.
set -u
export LC_ALL=C

results=$1 how=$2 mode=$3 runs=$4

cat << END
# How the suites fared

Written by \`make validate TABLE=yes\`, from one run of it; README.md here says
what the words mean. $runs runs of each: of a mutant $how, of a variant whole
grades ($mode).

END
sed 's/^/    /'
cat << END

| mutant | in | what is wrong | caught | fitting tests that failed | others |
|---|---|---|---|---|---|
END
awk -F '\t' '
	function head(key, file,    text, line) {
		while ((getline line < file) > 0 && line !~ /^--- /)
			if (index(line, key ": ") == 1)
				text = text (text == "" ? "" : " ") \
					substr(line, length(key) + 3)
		close(file)
		return text
	}
	$1 == "clean" || $1 == "failed" { next }
	{
		caught = $1 == "killed" ? $3 "/" $4 : \
			"**" $3 "/" $4 " " $1 "**"
		printf "| %s | %s | %s | %s | %s | %s |\n", $2, $5, \
			head("wrong", "grader/mutants/paxos/" $2 ".patch"), \
			caught, $6, $7
	}' "$results"
cat << END

| variant | graded | failed |
|---|---|---|
END
awk -F '\t' '
	$1 == "clean" { printf "| %s | %d | none |\n", $2, $4 }
	$1 == "failed" { printf "| %s | %d | **%s** |\n", $2, $4, $7 }
' "$results"
