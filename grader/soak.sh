#!/bin/sh
# soak.sh - grades again and again, with other seeds, and prints the tally.
#
#   soak.sh N LOAD COMMAND [argument ...]
#
# COMMAND is grader/grade.sh with its arguments; each run gets a seed base of
# its own, so each meets other values and other faults.  LOAD busy loops per
# processor run beside.  A correct solution has no failure; one is one too
# many, and what is printed repeats it.  Exits 1 if any run lost points.
set -eu

runs=$1 load=$2
shift 2
case $runs$load in
*[!0-9]*)
	echo "soak.sh: N=$runs and LOAD=$load have to be numbers" >&2
	exit 2
	;;
esac

dir=$(mktemp -d)
busy=
stop() {
	# shellcheck disable=SC2086
	[ -z "$busy" ] || kill $busy 2> /dev/null || true
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

loops=$((load * $(nproc)))
while [ "$loops" -gt 0 ]; do
	(while :; do :; done) &
	busy="$busy $!"
	loops=$((loops - 1))
done

# grade tells them to a terminal only.
paths=
for argument; do
	case $argument in
	--replay-paths=?*) paths=" ${argument#*=}" ;;
	esac
done

base=${SOAK_BASE:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
echo "$runs grades, $load busy loops per processor," \
	"seed bases $((base + 1)) to $((base + runs))"
failed=0
: > "$dir/failures"
run=0
while [ "$run" -lt "$runs" ]; do
	run=$((run + 1))
	status=0
	"$@" "--seed-base=$((base + run))" > "$dir/log" 2>&1 || status=$?
	total=$(grep -E '^[A-Z]: [0-9.]+/' "$dir/log" | tr '\n' ' ')
	printf '%3d  seed base %-10d %s\n' "$run" $((base + run)) \
		"${total:-no total, exit status $status}"
	if [ "$status" -ne 0 ]; then
		failed=$((failed + 1))
		sed -n 's/^  replay *//p' "$dir/log" |
			while read -r line; do
				printf '%s%s\n' "$line" "$paths"
			done |
			tee -a "$dir/failures"
		[ -n "$total" ] || cat "$dir/log"
	fi
done

echo
echo "$runs grades, $failed of them not full"
sed 's/.*TEST=\([^ ]*\).*/\1/' "$dir/failures" | sort | uniq -c | sort -rn
[ "$failed" -eq 0 ]
