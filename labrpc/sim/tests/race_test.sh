#!/bin/sh
# race_test.sh - what orders accesses, and what does not (race_program.c),
# compiled by gcc and by clang.
set -eu
cd "$(dirname "$0")/../../.."
TOOLCHAIN=${TOOLCHAIN:-build/gcc}
work=$(mktemp -d "${TMPDIR:-/tmp}/race_test.XXXXXX")
trap 'rm -rf "$work"' EXIT

for cc in gcc clang; do
	"$cc" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -g -O1 \
		-fPIC -pthread -fno-omit-frame-pointer -fsanitize=thread -I. \
		-c labrpc/sim/tests/race_program.c -o "$work/program.o"
	for list in calls memory accesses; do
		objcopy --redefine-syms="labrpc/sim/redirected_$list" \
			"$work/program.o"
	done
	"$cc" -pthread -o "$work/program" "$work/program.o" \
		"$TOOLCHAIN-plain/libsim.a" -ltirpc
	"$work/program" || {
		echo "FAILED: compiled by $cc"
		exit 1
	}
done
echo 'what is ordered passes, and what is not is found'
