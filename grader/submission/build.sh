#!/bin/sh
# build.sh - makes one shared object of a folder of student files.
#
#     build.sh [--no-guard] SUBMISSION_DIR OUT.so FLAVOUR CC
#
# Only the files that the list `files` names are taken; they are copied to a
# private folder beside the grader's own headers and compiled there, so nothing
# in the submission can steer its build.  guard.sh then looks at what they
# include, call and define; --no-guard leaves that out (for tests of what
# stops hostile code at run time).
#
# FLAVOUR is plain, sim, sim-race, thread, address, coverage, memcheck,
# helgrind, drd, debug, debug-sim or debug-sim-race.  Nothing is done when
# OUT.so was made of the same sources, headers and flags.  Warnings and notes
# are printed each time.  Of the flavour coverage (for gcc), what gcov needs is
# put beside it, into the folder OUT.so.gcov: sources in src, its notes, and in
# `strip` the value for GCOV_PREFIX_STRIP.
#
# Calls for memory go to the host's functions that count it
# (redirected_calls); for the simulation all that it has to know of are
# redirected instead, by lists of its own (labrpc/sim).  Calls that print go to
# the host's in either case (redirected_streams), calls of labrpc that carry
# messages by way of the referee (watched_calls).
#
# Exit status: 0 built, 1 the submission's fault, 2 usage or the machine's, 3
# none of the files is there.
# Environment: JOBS is how many compilers may run at once (one per processor).
set -u
export LC_ALL=C
unset CPATH C_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX \
	DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES CCC_OVERRIDE_OPTIONS

MAX_FILE_BYTES=524288    # of one student file
MAX_COMPILE_S=60         # the compiler's time for one file
MAX_COMPILE_KIB=4194304  # and its memory
MAX_OUTPUT_BLOCKS=262144 # and what it may write (512 bytes each)
MAX_LOG_LINES=200        # of warnings and errors that are shown per file

die() {
	echo "build.sh: $*" >&2
	exit 2
}

guard=yes
if [ "${1-}" = --no-guard ]; then
	guard=no
	shift
fi
[ $# -eq 4 ] || die "usage: build.sh [--no-guard] SUBMISSION_DIR OUT.so" \
	"FLAVOUR CC"
folder=$1 out=$2 flavour=$3 cc=$4
: "${JOBS:=$(nproc)}"
case $JOBS in
0* | *[!0-9]*) die "JOBS=$JOBS is no number of compilers" ;;
esac

here=$(cd "$(dirname "$0")" && pwd -P) || exit 2
tree=$(cd "$here/../.." && pwd -P) || exit 2
[ -d "$folder" ] || die "$folder: there is no such folder"
folder=$(cd "$folder" && pwd -P) || die "$folder: cannot be entered"
[ -d "$(dirname "$out")" ] || die "$(dirname "$out"): there is no such folder"
out=$(cd "$(dirname "$out")" && pwd -P)/$(basename "$out")
command -v "$cc" > /dev/null || die "there is no compiler $cc"
cage=$tree/build/cage
[ -x "$cage" ] || die "$cage is missing; make builds it"

flags='-std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Wall -Wextra
	-Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef
	-Wformat=2 -Wvla -g -fPIC -pthread -fno-omit-frame-pointer'
cc_version=$("$cc" --version)
quiet= # newer ones of clang find the marks of lines in that text pedantic
case $cc_version in
*clang*) quiet='-Wno-unknown-warning-option -Wno-gnu-line-marker' ;;
esac
# The text is the same in every flavour.  Without -O, the system's headers put
# no calls into it for _FORTIFY_SOURCE, which some distributions set.
text_flags=$(echo $flags)
sanitize=
# gcc would put short copies where the calls stand, and out of sight there.
seen='-fno-builtin-memcpy -fno-builtin-memmove -fno-builtin-memset
	-fno-builtin-memcmp'
case $flavour in
plain | sim) flags="$flags -O2" ;;
memcheck | helgrind | drd) flags="$flags -O1 -gdwarf-4" ;;
debug | debug-sim) flags="$flags -O0" ;;
coverage) flags="$flags -O0 -fprofile-update=atomic" sanitize=--coverage ;;
thread) flags="$flags -O1 $seen" sanitize=-fsanitize=thread ;;
*sim-race) # the host has its calls
	flags="$flags -O1 $seen -fsanitize=thread" ;;
address) flags="$flags -O1" sanitize='-fsanitize=address,undefined
	-fno-sanitize-recover=all' ;;
*) die "the flavour $flavour is unknown: it is plain, sim, sim-race," \
	"thread, address, coverage, memcheck, helgrind, drd, debug," \
	"debug-sim or debug-sim-race" ;;
esac
redirected=$here/redirected_calls
case $flavour in
*sim | *sim-race) redirected="$tree/labrpc/sim/redirected_calls
		$tree/labrpc/sim/redirected_memory" ;;
esac
case $flavour in
*sim-race) redirected="$redirected $tree/labrpc/sim/redirected_accesses" ;;
esac
redirected="$redirected $here/redirected_streams $here/watched_calls"
# Simulated stacks lie side by side: a large array must not step over the room
# between two.
case $flavour in
*sim | *sim-race)
	probes=-fstack-clash-protection
	if "$cc" -Werror $probes -x c -c -o /dev/null /dev/null 2> /dev/null
	then
		flags="$flags $probes"
	fi
	;;
esac
flags=$(echo $flags $sanitize)

work=$(mktemp -d "${TMPDIR:-/tmp}/submission.XXXXXX") ||
	die "cannot make a folder in ${TMPDIR:-/tmp}"
work=$(cd "$work" && pwd -P)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
mkdir "$work/src" "$work/obj" "$work/tmp" || exit 2
export TMPDIR="$work/tmp"

words() { # the words of a list, without its comments
	sed 's/#.*//' "$1" | tr -s ' \t' '\n' | sed '/^$/d'
}

# ---- take the files ------------------------------------------------------

# Where the submission has FILE: in the lab's folder, or all in one.
place_of() {
	if [ -e "$folder/${1%/*}" ]; then
		echo "$folder/$1"
	else
		echo "$folder/${1##*/}"
	fi
}

# A terminal obeys what a source may have in a warning or in a quoted line.
without_escapes() {
	tr -d '\000-\010\013-\037\177' | sed 's/\xc2[\x80-\x9f]//g'
}

refuse() {
	echo "$1: error: $2" | tr -c '[:print:]\n' '?'
	refused=yes
}

refused=no
sources=
for file in $(words "$here/files"); do
	from=$(place_of "$file")
	part=${file%/*}
	mkdir -p "$work/src/$part" "$work/obj/$part" || exit 2
	if [ -L "$folder/$part" ]; then
		refuse "$part" "is a link; hand in the folder itself"
		break
	elif [ -L "$from" ]; then
		refuse "$file" "is a link; hand in the file itself"
		continue
	elif [ ! -e "$from" ]; then
		continue # it is missed if something needs it
	elif [ ! -f "$from" ]; then
		refuse "$file" "is not a regular file"
		continue
	elif [ ! -r "$from" ]; then
		refuse "$file" "cannot be read"
		continue
	fi
	bytes=$(stat -c %s "$from") || exit 2
	if [ "$bytes" -gt $MAX_FILE_BYTES ]; then
		refuse "$file" \
			"has $bytes bytes; at most $MAX_FILE_BYTES are taken"
		continue
	fi
	cp "$from" "$work/src/$file" && chmod 644 "$work/src/$file" || exit 2
	case $file in
	*.c) sources="$sources $file" ;;
	esac
done
[ $refused = no ] || exit 1
if [ -z "$sources" ]; then
	echo "error: none of the lab's files is there, in paxos/ and" \
		"kvpaxos/ or all in one folder:" \
		$(words "$here/files" | grep '\.c$')
	exit 3
fi

for header in $(words "$here/headers"); do
	to=${header#build/gen/}
	case $to in
	*/*) mkdir -p "$work/src/${to%/*}" || exit 2 ;;
	esac
	cp "$tree/$header" "$work/src/$to" || die "$header is missing"
done

# What else lies there is not used; say so, or its author will wonder.
note_ignored() {
	for part in $(words "$here/files" | sed 's|/[^/]*$||' | sort -u); do
		for path in "$(dirname "$(place_of "$part/x")")"/*.[ch]; do
			name=$part/${path##*/}
			if [ ! -e "$path" ] || [ "$name" = "$part/protocol.c" ]
			then
				continue
			elif [ ! -e "$folder/$part" ] &&
				ls "$work"/src/*/"${path##*/}" > /dev/null 2>&1
			then
				continue # all in one: another part's file
			elif [ -L "$path" ] || [ ! -f "$path" ]; then
				echo "$name: note: ignored, it is not a file"
			elif [ ! -f "$work/src/$name" ]; then
				echo "$name: note: ignored, it is not one of" \
					"the lab's files"
			elif ! cmp -s "$work/src/$name" "$path"; then
				echo "$name: note: differs from the lab's" \
					"own, which is used"
			fi
		done
	done | tr -c '[:print:]\n' '?' | head -n 20
}
note_ignored > "$work/notes"

# ---- has anything changed? -----------------------------------------------

fingerprint() {
	echo "$folder" "$flags" "$guard"
	echo "$cc_version"
	cat "$here"/* $redirected
	cat "$work/notes"
	cd "$work/src" && find . -type f | sort | xargs sha256sum
}
key=$(fingerprint | sha256sum) || exit 2
if [ -f "$out" ] && [ -f "$out.log" ] &&
	[ "$key" = "$(cat "$out.key" 2> /dev/null)" ]; then
	cat "$out.log"
	exit 0
fi
rm -f "$out" "$out.key" "$out.log"

# ---- compile -------------------------------------------------------------

# Runs the compiler within limits, seeing no more than the system and $work.
# Its complaints go to the log of $stem.
limited_cc() {
	timeout -k 5 $MAX_COMPILE_S "$cage" "$work" "$cc" "$@" \
		>> "$work/obj/$stem.log" 2>&1
	status=$?
	if [ $status -eq 124 ] || [ $status -ge 128 ]; then
		echo "$stem.c: error: the compiler did not finish within" \
			"$MAX_COMPILE_S s, $((MAX_COMPILE_KIB / 1024)) MiB" \
			>> "$work/obj/$stem.log"
	fi
	return $status
}

# From source to preprocessed text, to assembly, to object, each made of the
# one before and nothing else: what the guard reads is what is linked.
compile() (
	stem=${1%.c}
	cd "$work/src" || exit 2
	ulimit -c 0
	ulimit -v $MAX_COMPILE_KIB 2> /dev/null
	ulimit -f $MAX_OUTPUT_BLOCKS 2> /dev/null
	ulimit -t $MAX_COMPILE_S 2> /dev/null
	limited_cc $text_flags -I. -E -MD -MF "../obj/$stem.d" -MT x \
		-o "../obj/$stem.i" "$1" || {
		"$here/guard.sh" denied "$work/obj/$stem.log"
		exit 1
	}
	guarded text || exit 1
	limited_cc $flags $quiet "-fdebug-prefix-map=$work/src=$folder" \
		-S -o "../obj/$stem.s" "../obj/$stem.i" || exit 1
	guarded assembly || exit 1
	# Of the assembler only errors matter.
	cp "../obj/$stem.log" "../obj/$stem.warnings"
	limited_cc -fPIC -Wa,--noexecstack -c -o "../obj/$stem.o" \
		"../obj/$stem.s" || exit 1
	mv "../obj/$stem.warnings" "../obj/$stem.log"
)

guarded() { # STEP: what guard.sh has to say of it
	[ $guard = no ] || timeout -k 5 $MAX_COMPILE_S "$here/guard.sh" \
		"$1" "$work" "$cc" "$stem" >> "$work/obj/$stem.log"
}

# No more compilers than JOBS at once, in all builds of this tree: the files
# take turns, each behind the one before it in its row.
turns=$tree/build/turns
mkdir -p "$turns" || exit 2
pids=
row=0
for file in $sources; do
	row=$((row % JOBS + 1))
	{ flock 7; compile "$file" 7>&-; } 7> "$turns/$row" &
	pids="$pids $!"
done
failed=0
for pid in $pids; do
	wait "$pid" || failed=$?
done
{
	cat "$work/notes"
	for file in $sources; do
		head -n $MAX_LOG_LINES "$work/obj/${file%.c}.log" 2> /dev/null
	done
} | without_escapes > "$work/log"
cat "$work/log"
[ $failed -eq 0 ] || exit 1

# ---- look, and link ------------------------------------------------------

if [ $guard = yes ]; then
	"$here/guard.sh" objects "$work" "$cc" $sources || exit $?
fi

cd "$work/obj" || exit 2
objects=$(printf '%s\n' $sources | sed 's/\.c$/.o/')
for object in $objects; do
	for list in $redirected; do
		objcopy --redefine-syms="$list" $object ||
			die "objcopy cannot redirect the calls of $object"
	done
done
libatomic=
if nm -u $objects | grep -q ' __atomic_'; then
	libatomic=-latomic
fi
if ! timeout -k 5 $MAX_COMPILE_S "$cage" "$work" "$cc" -shared -pthread \
	$sanitize -o "$work/out.so" $objects -Wl,-Bsymbolic \
	-Wl,-z,noexecstack -lm $libatomic > "$work/link.log" 2>&1; then
	head -n $MAX_LOG_LINES "$work/link.log" | without_escapes
	echo "error: the files do not link into one"
	exit 1
fi
if [ $flavour = coverage ]; then
	rm -rf "$out.gcov"
	mkdir "$out.gcov" && cp -R "$work/src" "$out.gcov/src" &&
		find . -name '*.gcno' -exec cp --parents {} "$out.gcov" \; ||
		die "cannot make $out.gcov"
	# How many folders of a file's name are to be left out at run time.
	echo "$work/src/../obj" | tr -cd / | wc -c > "$out.gcov/strip"
fi
cp "$work/out.so" "$out.new.$$" && mv -f "$out.new.$$" "$out" &&
	cp "$work/log" "$out.log" && echo "$key" > "$out.key" ||
	die "cannot write $out"
