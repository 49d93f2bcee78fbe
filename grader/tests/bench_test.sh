#!/bin/sh
# bench_test.sh - every contest of the bench runs, and its results are rows
# that name what they are compared with, as are the simulated runs.  No figure
# is judged.
set -eu
cd "$(dirname "$0")/../.."

bench=${TOOLCHAIN:-build/gcc}-plain/bench
results=$(mktemp)
trap 'rm -f "$results"' EXIT

"$bench" --quick "$results"

# One key a line.  A row that is compared names a row, and has a ratio.
awk -F'"' '
	/^ *"[a-z]*": / { keys[$2]++ }
	$2 == "name" { names[$4]; name = $4 }
	$2 == "value" && $3 !~ /^: [0-9]/ { print name ": no value"; bad = 1 }
	$2 == "unit" && $4 == "" { print name ": no unit"; bad = 1 }
	$2 == "of" { of = $4; if (of != "") compared[of] = name }
	$2 == "ratio" && (of != "") != ($3 ~ /^: [0-9]/) {
		print name ": " (of == "" ? "a ratio of nothing" : "no ratio")
		bad = 1
	}
	END {
		for (of in compared)
			if (!(of in names)) {
				print compared[of] ": no row " of
				bad = 1
			}
		if (keys["name"] < 30)
			bad = 1
		for (key in keys)
			if (keys[key] != keys["name"])
				bad = 1
		print keys["name"] " rows"
		exit bad || !("rpc_call, 1 caller" in names)
	}' "$results"

# The simulated runs are in a table of their own.
ROUNDS=1 grader/bench/simulation.sh "${TOOLCHAIN:-build/gcc}" "${CC:-gcc}" |
	awk '/runs\/s|times/ && / [0-9]+ (runs\/s|times)/ { n++ }
		{ print }
		END { exit n != 3 }'
