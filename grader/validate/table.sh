#!/bin/sh
# table.sh - makes the table of a validation, for people.
#
#     table.sh RESULTS mutant|variant FOLDER HOW RUNS [OLD] > NEW
#
# RESULTS has the lines of measure.sh, FOLDER the mutants or the variants; HOW
# tells what a run was.  With OLD, a table of before, only the rows that
# RESULTS has are new, and marked so; those of what is no longer there go.
set -u
export LC_ALL=C
. "$(dirname "$0")/head.sh"

results=$1 kind=$2 folder=$3 how=$4 runs=$5 old=${6-}

# A row for each of the results, MARK behind its name.
new_rows() { # MARK
	awk -F '\t' -v kind="$kind" -v folder="$folder" -v mark="$1" \
		"$awk_head"'
	{
		of_mutant = $1 !~ /^(clean|failed)$/
		if (of_mutant != (kind == "mutant"))
			next
		file = folder "/" $2 ".patch"
	}
	of_mutant {
		caught = $1 == "killed" ? $3 "/" $4 : \
			"**" $3 "/" $4 " " $1 "**"
		printf "| %s%s | %s | %s | %s | %s | %s |\n", $2, mark, $5, \
			head("wrong", file), caught, $6, $7
		next
	}
	{
		why = head("why", file)
		printf "| %s%s | %s | %d | %s |\n", $2, mark, \
			why != "" ? why : "An implementation of its own.", \
			$4, $1 == "clean" ? "none" : "**" $7 "**"
	}' "$results"
}

# The rows of OLD that are not among those on the standard input, and these.
with_old_rows() {
	awk -F ' [|*]' -v folder="$folder" '
	function is_there(name,    line) {
		return (getline line < (folder "/" name ".patch")) >= 0 ||
			system("test -d " folder "/" name) == 0
	}
	!/^\| [A-Za-z0-9_]* / || /^\| (mutant|variant) / { next }
	{ name = substr($1, 3) }
	FILENAME == "-" { seen[name] = 1; print; next }
	!(name in seen) && is_there(name)' - "$old" | sort
}

tally() {
	awk -F ' [|] ' -v kind="$kind" '
	kind == "mutant" {
		split($4, part, /[ *\/]+/)
		first = part[1] == "" ? 2 : 1
		hit += part[first]
		runs += part[first + 1]
		count[first == 1 ? "killed" : part[first + 2]]++
	}
	kind == "variant" { count[$4 ~ /^none/ ? "clean" : "failed"]++ }
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
	}'
}

rows=$(mktemp) || exit 2
trap 'rm -f "$rows"' EXIT
if [ -z "$old" ]; then
	new_rows '' > "$rows"
else
	new_rows ' *' | with_old_rows > "$rows"
fi

echo "# How the suites fared with these ${kind}s"
echo
if [ -z "$old" ]; then
	cat << END
Written by \`make validate TABLE=yes\`, from one run of it; what the words mean
stands in grader/mutants/README.md. $runs runs of each, of $how.
END
else
	# What is said of the run that wrote the whole stays.
	awk '/^$/ { n++; next } n == 1 && !/^Rows with/ { print }
		n > 1 || /^Rows with/ { exit }' "$old"
	cat << END
Rows with a * were measured later, by \`TABLE=rows\`: they or their tests were
new or had changed.
END
fi
echo
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
cat "$rows"
tally < "$rows"
