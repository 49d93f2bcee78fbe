#!/bin/sh
# calls_test.sh - whatever a submission may call is known to the simulation.
#
# The calls of grader/submission/allowed_calls that touch memory, chance, time
# or threads must be redirected (labrpc/sim/redirected_calls and
# redirected_memory), or stand here as harmless: they touch nothing but their
# arguments.  What the other worlds redirect must be redirected here, too.
# Sections of calls that compute or print pass as they are; a section that is
# named neither here nor there must be thought about first.
set -eu
cd "$(dirname "$0")/../../.."

# What only reads and writes what its arguments point to.
harmless='
	rand_r random_r srandom_r initstate_r setstate_r
	erand48 nrand48 jrand48
	drand48_r erand48_r lrand48_r nrand48_r mrand48_r jrand48_r
	srand48_r seed48_r lcong48_r
	clock_getres difftime
	gmtime_r localtime_r mktime timegm strftime asctime_r ctime_r
	pthread_equal
	pthread_attr_init pthread_attr_destroy pthread_attr_setdetachstate
	pthread_attr_getdetachstate pthread_attr_setstacksize
	pthread_attr_getstacksize pthread_attr_setguardsize
	pthread_attr_getguardsize
	pthread_mutexattr_init pthread_mutexattr_destroy
	pthread_mutexattr_settype pthread_mutexattr_gettype
	pthread_condattr_init pthread_condattr_destroy
	pthread_condattr_setclock pthread_condattr_getclock
	pthread_rwlockattr_init pthread_rwlockattr_destroy
	pthread_rwlockattr_setkind_np
	pthread_barrierattr_init pthread_barrierattr_destroy
'

work=$(mktemp -d "${TMPDIR:-/tmp}/calls_test.XXXXXX")
trap 'rm -rf "$work"' EXIT

{
	sed -e 's/#.*//' labrpc/sim/redirected_calls \
		labrpc/sim/redirected_memory | awk 'NF { print $1 }'
	printf '%s\n' $harmless
} | sort > "$work/known"

awk '
	/^# -- (memory|random numbers|time|threads)/ {
		must = 1
		sections++
		next
	}
	/^# -- (the lab|protocol|bytes|characters|numbers and|printing)/ ||
	/^# -- (sorting|ending|mathematics|what compilers|what sanitizers)/ {
		must = 0
		next
	}
	/^# -- / {
		print "the section \"" $0 "\" is new" > "/dev/stderr"
		bad = 1
	}
	{ sub(/#.*/, "") }
	must { for (i = 1; i <= NF; i++) print $i }
	END {
		if (sections != 4)
			print "not the sections that there were" \
				> "/dev/stderr"
		exit bad || sections != 4
	}' grader/submission/allowed_calls > "$work/listed"
sed -e 's/#.*//' grader/submission/redirected_calls |
	awk 'NF { print $1 }' >> "$work/listed"
sort -u "$work/listed" > "$work/must"

[ -s "$work/must" ]
comm -23 "$work/must" "$work/known" > "$work/unknown"
if [ -s "$work/unknown" ]; then
	echo 'allowed, but unknown to the simulation:' $(cat "$work/unknown")
	exit 1
fi

# A name that is redirected must lead somewhere.
TOOLCHAIN=${TOOLCHAIN:-build/gcc}
nm -g --defined-only "$TOOLCHAIN-plain/libsim.a" | awk 'NF == 3 { print $3 }' |
	sort -u > "$work/defined"
sed -e 's/#.*//' labrpc/sim/redirected_* | awk 'NF { print $2 }' |
	sort -u > "$work/wanted"
comm -13 "$work/defined" "$work/wanted" > "$work/missing"
if [ -s "$work/missing" ]; then
	echo 'redirected to nothing:' $(cat "$work/missing")
	exit 1
fi
echo "$(wc -l < "$work/must") calls are known to the simulation"
