#!/bin/sh
# sim_repeat_test.sh - a seed is one trace, whoever compiled the submission and
# whatever runs it.
#
# The reference is built by gcc without and with optimisation and by clang, and
# the same seeds are run in three processes, two with the system's address
# randomisation and one without, on fibers, and a part of them on gated
# pthreads.  All must print one fingerprint.  Other seeds must print another.
set -eu
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
swarm=$tools/swarm
RUNS=300 GATED_RUNS=20

# made NAME CC FLAG...: the reference as $work/NAME.so, but for build.sh
made() {
	name=$1 cc=$2
	shift 2
	mkdir "$work/$name"
	for file in paxos/*.c kvpaxos/*.c; do
		case $file in */protocol.c) continue ;; esac
		object=$work/$name/$(echo "$file" | tr / _).o
		"$cc" -std=c11 -D_POSIX_C_SOURCE=200809L "$@" -g -fPIC \
			-pthread -fno-omit-frame-pointer -I. -Ibuild/gen \
			-c "$file" -o "$object"
		for list in labrpc/sim/redirected_calls \
			labrpc/sim/redirected_memory \
			grader/submission/watched_calls; do
			objcopy --redefine-syms="$list" "$object"
		done
	done
	"$cc" -shared -o "$work/$name.so" "$work/$name"/*.o \
		-Wl,-Bsymbolic -lm
}

# fingerprint COMMAND...: what the runs of COMMAND come to
fingerprint() {
	"$@" > "$work/out" || {
		cat "$work/out" >&2
		exit 1
	}
	sed -n 's/.*, 0 failed, hash //p' "$work/out"
}

made plain gcc -O0
made fast gcc -O2
made clang clang -O2
want=$(fingerprint "$swarm" --runs=$RUNS "$work/plain.so")
[ -n "$want" ]
failed=0
for run in "$swarm --runs=$RUNS $work/plain.so" \
	"$swarm --runs=$RUNS $work/fast.so" \
	"setarch -R $swarm --runs=$RUNS $work/fast.so" \
	"$swarm --runs=$RUNS $work/clang.so"; do
	# shellcheck disable=SC2086 # a command with its arguments
	got=$(fingerprint $run)
	[ "$got" = "$want" ] || {
		echo "$run: fingerprint $got, not $want"
		failed=1
	}
done
want_few=$(fingerprint "$swarm" --runs=$GATED_RUNS "$work/fast.so")
got=$(fingerprint "$swarm" --gated --runs=$GATED_RUNS "$work/fast.so")
[ "$got" = "$want_few" ] || {
	echo "on gated pthreads: fingerprint $got, not $want_few"
	failed=1
}
other=$(fingerprint "$swarm" --first=2 --runs=$RUNS "$work/fast.so")
[ "$other" != "$want" ] || {
	echo 'other seeds have the same fingerprint'
	failed=1
}
[ $failed -eq 0 ] && echo "fingerprint $want in every one of $RUNS runs"
