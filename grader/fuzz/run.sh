#!/bin/sh
# run.sh - lets libFuzzer look for bytes that a peer cannot take.
#
#     grader/fuzz/run.sh PROGRAMS SECONDS
#
# PROGRAMS is the folder of the programs fuzz, seeds and replay.  Begins with
# the corpus that is part of the project and with what a group of peers says
# today; keeps what it finds out in build/fuzz/corpus for the next time.  The
# last lines are a summary; exit status 1 if there was a finding.  With
# SECONDS 0 it makes the project's corpus anew: the least that reaches all
# that was reached so far.

set -u
cd "$(dirname "$0")/../.." || exit 1

programs=$1 seconds=$2
committed=grader/fuzz/corpus
once_findings=grader/fuzz/findings
work=build/fuzz
input_max_bytes=20000
seed_max_bytes=8192

mkdir -p $work/corpus $work/findings $committed
rm -rf $work/seeds && mkdir $work/seeds
"$programs/seeds" $work/seeds || exit 1

# Makes the project's corpus anew: one input for each edge that any reaches,
# the shortest there is.  How often an edge is passed is left out of account,
# and left to each run: that would be thousands of inputs.
minimise() {
	rm -rf $work/least && mkdir $work/least
	if ! "$programs/fuzz" -merge=1 -use_counters=0 \
		-max_len=$seed_max_bytes $work/least $committed $work/seeds \
		$work/corpus >$work/log 2>&1
	then
		cat $work/log
		exit 1
	fi
	rm -rf $committed && mv $work/least $committed
	echo "$(find $committed -type f | wc -l) inputs," \
		"$(cat $committed/* | wc -c) bytes in $committed"
}

# Prints the number behind $1 in the last line of the log that has one.
last() {
	sed -n "s/.*$1 *\([0-9][0-9]*\).*/\1/p" $work/log | tail -n 1
}

if [ "$seconds" = 0 ]; then
	minimise
	exit
fi

"$programs/fuzz" -max_total_time="$seconds" -max_len=$input_max_bytes \
	-rss_limit_mb=1024 -malloc_limit_mb=256 -timeout=10 \
	-use_value_profile=1 -dict=grader/fuzz/dictionary \
	-print_final_stats=1 -artifact_prefix=$work/findings/ \
	$work/corpus $committed $once_findings $work/seeds >$work/log 2>&1
status=$?

finding=$(sed -n 's/.*Test unit written to //p' $work/log | tail -n 1)
if [ $status -ne 0 ]; then
	sed -n '/^grader\/fuzz.*: /p; /^=*[0-9]*=*ERROR/,/^SUMMARY/p' \
		$work/log | head -n 60
fi
echo "executions     $(last 'stat::number_of_executed_units:')" \
	"($(last 'stat::average_exec_per_sec:') per second)"
echo "coverage       $(last 'cov:') edges, $(last 'ft:') features"
echo "corpus         $(find $work/corpus -type f | wc -l) inputs in" \
	"$work/corpus"
echo "memory         $(last 'stat::peak_rss_mb:') MiB at most"
if [ $status -eq 0 ]; then
	echo 'findings       none'
	exit 0
fi
echo "findings       ${finding:-none written; see $work/log}"
if [ -n "$finding" ]; then
	echo "to see it again  $programs/replay $finding"
	echo "in the debugger  gdb -ex run --args $programs/replay $finding"
fi
exit 1
