#!/bin/sh
# submission_test.sh - what build.sh takes and builds, and what it refuses.
#
# Each folder of submissions/ whose first line says `refused: PATTERN` must be
# refused with a message that PATTERN (an extended regular expression) fits.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
work=$(cd "$work" && pwd -P)
build=grader/submission/build.sh

# builds STATUS PATTERN WHAT ARGUMENT...: what build.sh does with the arguments
builds() {
	status=$1 pattern=$2 what=$3
	shift 3
	expect "$status" "$pattern" "$what" "$build" "$@"
}

out=$work/out.so

# -- every hostile folder, with this compiler
for folder in grader/tests/submissions/*/; do
	pattern=$(sed -n '1s|^/\* refused: \(.*\) \*/$|\1|p' "$folder/peer.c")
	[ -n "$pattern" ] || continue
	builds 1 "$pattern" "$folder" "$folder" "$out" plain "$CC"
done

# -- the same rules under instrumentation
for flavour in thread address memcheck; do
	for name in calls_fork constructor inline_assembly; do
		folder=grader/tests/submissions/$name
		pattern=$(sed -n '1s|^/\* refused: \(.*\) \*/$|\1|p' \
			$folder/peer.c)
		builds 1 "$pattern" "$name $flavour" $folder "$out" $flavour \
			"$CC"
	done
done

# -- correct ones are never refused
for flavour in plain thread address memcheck; do
	builds 0 '' "ordinary calls, $flavour" \
		grader/tests/submissions/ordinary_calls "$out" $flavour "$CC"
	builds 0 '' "the reference, $flavour" . "$work/ref-$flavour.so" \
		$flavour "$CC"
done

# -- nothing is done when nothing has changed, and all is when something has
# (Not told by inode: that of the file that goes is free for the next.)
old='2001-01-01 00:00:00'
touch -d "$old" "$work/ref-plain.so"
builds 0 '' 'unchanged' . "$work/ref-plain.so" plain "$CC"
checks=$((checks + 1))
[ "$(stat -c %Y "$work/ref-plain.so")" = "$(date -d "$old" +%s)" ] ||
	complain 'an unchanged submission was built again'
mkdir "$work/copy"
cp -R paxos "$work/copy/paxos"
builds 0 '' 'a copy' "$work/copy" "$work/copy.so" plain "$CC"
echo 'int changed;' >> "$work/copy/paxos/peer.c"
builds 0 '' 'a changed copy' "$work/copy" "$work/copy.so" plain "$CC"
checks=$((checks + 1))
nm "$work/copy.so" | grep -q ' changed$' ||
	complain 'a changed submission was not built again'

# -- odd files are named
peer=$work/copy/paxos/peer.c
echo 'int extra;' > "$work/copy/paxos/extra.c"
builds 0 'paxos/extra.c: note: ignored' 'an extra file' "$work/copy" "$out" \
	plain "$CC"
echo '#include "labrpc/labrpc.h"' > "$work/copy/paxos/paxos.h"
builds 0 'paxos/paxos.h: note: differs' "an interface of one's own" \
	"$work/copy" "$out" plain "$CC"
rm "$peer" && ln -s /etc/hostname "$peer"
builds 1 'paxos/peer.c: error: is a link' 'a link' "$work/copy" "$out" plain \
	"$CC"
rm "$peer" && mkfifo "$peer"
builds 1 'paxos/peer.c: error: is not a regular file' 'a pipe' "$work/copy" \
	"$out" plain "$CC"
rm "$peer" && mkdir "$peer"
builds 1 'paxos/peer.c: error: is not a regular file' 'a folder' \
	"$work/copy" "$out" plain "$CC"
rmdir "$peer" && head -c 600000 /dev/zero | tr '\0' ' ' > "$peer"
builds 1 'paxos/peer.c: error: has 600000 bytes' 'a long file' "$work/copy" \
	"$out" plain "$CC"
rm -r "$work/copy/paxos" && ln -s /etc "$work/copy/paxos"
builds 1 'paxos: error: is a link' 'a linked folder' "$work/copy" "$out" \
	plain "$CC"
mkdir "$work/empty"
builds 3 'none of the lab.s files' 'an empty folder' "$work/empty" "$out" \
	plain "$CC"

# -- what is compiled is what was looked at, not a text that has changed since
mkdir "$work/sly"
printf '%s\n' '#if __has_include("../obj/paxos/peer.d")' '#error seen' \
	'#endif' 'typedef int some;' > "$work/sly/peer.c"
builds 0 '' 'a source that looks for its own output' "$work/sly" "$out" \
	plain "$CC"

# -- nor does a source know in which flavour it is built
mkdir "$work/knows"
printf '%s\n' '#ifdef __SANITIZE_THREAD__' '#error seen' '#endif' \
	'#if defined(__has_feature)' '#if __has_feature(thread_sanitizer)' \
	'#error seen' '#endif' '#endif' 'typedef int some;' \
	> "$work/knows/peer.c"
builds 0 '' 'a source that looks for a sanitizer' "$work/knows" "$out" thread \
	"$CC"

# -- a text that would take for ever to look at
mkdir "$work/long"
{
	printf 'char text[] = "'
	head -c 70000 /dev/zero | tr '\0' A
	echo '";'
} > "$work/long/peer.c"
builds 1 'a line of it than' 'a long line' "$work/long" "$out" plain "$CC"

# -- a pipe where the lab has a file of its own is not opened
mkdir -p "$work/pipe/paxos"
echo 'typedef int some;' > "$work/pipe/paxos/peer.c"
mkfifo "$work/pipe/paxos/protocol.h"
builds 0 'paxos/protocol.h: note: ignored, it is not a file' 'a header that
is a pipe' "$work/pipe" "$out" plain "$CC"

# -- what a source wants a terminal to do is not done
mkdir "$work/warns_twice"
printf '#warning \033[2J\302\233H all points\nint x_y;\n' \
	> "$work/warns_twice/peer.c"
builds 0 'warning.*\[2JH all points' 'a warning with escapes' \
	"$work/warns_twice" "$out" plain "$CC"
checks=$((checks + 1))
! grep -q "$(printf '\033')" "$log" || complain 'an escape went through'

# -- a warning is shown, and built
mkdir "$work/warns"
echo 'static int unused;' > "$work/warns/peer.c"
builds 0 'peer.c:1:.*warning' 'a warning' "$work/warns" "$out" plain "$CC"
builds 0 'peer.c:1:.*warning' 'a warning again' "$work/warns" "$out" plain \
	"$CC"

# -- wrong usage is not the submission's fault
builds 2 'usage' 'no arguments'
builds 2 'there is no such folder' 'no folder' "$work/none" "$out" plain "$CC"
builds 2 'flavour sweet is unknown' 'no flavour' . "$out" sweet "$CC"
builds 2 'no compiler' 'no compiler' . "$out" plain no-such-compiler
expect 2 'JOBS=few is no number' 'no number of compilers' env JOBS=few \
	"$build" . "$out" plain "$CC"

finish "the submission's build"
