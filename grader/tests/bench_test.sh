#!/bin/sh
# bench_test.sh - every contest of the bench runs, and its results are rows
# that name what they are compared with; no line of its tables is wider than a
# terminal.  No figure is judged.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"

for flavour in sim sim-race; do
	grader/submission/build.sh . "$work/$flavour.so" $flavour "$CC" \
		> "$log" 2>&1 || die "the reference does not build as $flavour"
done
"$tools/bench" --quick "$TOOLCHAIN" "$work" > "$log" 2>&1 || die 'the bench'
cat "$log"
! grep -q '.\{81\}' "$log" || die 'a line of more than 80 columns'

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
		exit bad || !("rpc_call, 1 caller" in names) ||
			!("simulated, looking for races" in names)
	}' "$work/results.json" || die 'results.json'
