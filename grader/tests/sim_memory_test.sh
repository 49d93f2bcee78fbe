#!/bin/sh
# sim_memory_test.sh - simulated runs leave no memory behind: the process needs
# no more after thousands of them than after fifty.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
# Some later run may need more than each of the first did.  What each leaves
# behind is seen from 200 bytes on.
RUNS=5000 GROWTH_KIB=1024

submission right
build right sim
"$tools/swarm" --figures --runs=$RUNS "$work/right.so" > "$log" 2>&1 ||
	die 'the swarm'
field() { # NAME: of the figures
	sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$log"
}
early=$(field early_kib) peak=$(field peak_kib)
[ "$(field runs)" = $RUNS ] && [ "${early:-0}" -gt 0 ] ||
	die 'these are no figures'
[ "$peak" -le $((early + GROWTH_KIB)) ] ||
	die "$early KiB after 1 % of $RUNS runs, $peak KiB in the end"
echo "$early KiB after 1 % of $RUNS runs, $peak KiB in the end"
