#!/bin/sh
# prepare.sh - makes the submission that a patch or a folder stands for.
#
#     prepare.sh PATCH|FOLDER OUT_DIR
#
# A PATCH is a unified diff of the reference, paxos/ and kvpaxos/, under lines
# `key: text` (grader/mutants/README.md).  Its submission is a copy of the
# reference with the patch applied, in OUT_DIR.  A patch that does not
# apply exactly is refused, with the file and the line of the hunk that no
# longer fits; so is one of a file that no student hands in, which would
# change nothing.  A FOLDER is copied as it is.
#
# Exit status: 0 made, 1 refused, 2 usage or the machine's.
set -u
export LC_ALL=C

die() {
	echo "prepare.sh: $*" >&2
	exit 2
}

[ $# -eq 2 ] || die 'usage: prepare.sh PATCH|FOLDER OUT_DIR'
tree=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 2
what=$1 out=$2
rm -rf "$out" && mkdir -p "$out/paxos" || exit 2
out=$(cd "$out" && pwd -P) || exit 2

if [ -d "$what" ]; then
	cp "$what"/*.[ch] "$out/paxos" || exit 2
	exit 0
fi
[ -f "$what" ] || die "$what: there is no such patch or folder"
what=$(cd "$(dirname "$what")" && pwd -P)/${what##*/}
cp "$tree"/paxos/*.[ch] "$out/paxos" || exit 2
# Without part B, unless the patch is about it: it need not be built.
if grep -q '^+++ b/kvpaxos/' "$what"; then
	mkdir "$out/kvpaxos" || exit 2
	cp "$tree"/kvpaxos/*.[ch] "$out/kvpaxos" || exit 2
fi

# What git calls a repository must not begin above the copy: then the names
# in the patch would be taken for that repository's.
GIT_CEILING_DIRECTORIES=${out%/*}
export GIT_CEILING_DIRECTORIES
cd "$out" || exit 2
git apply --numstat "$what" > files 2> said || {
	sed "s|^|${what##*/}: |" said >&2
	exit 1
}
while read -r _ _ file; do
	grep -q -x -F "$file" "$tree/grader/submission/files" || {
		echo "${what##*/}: $file is no file that a student hands" \
			"in" >&2
		exit 1
	}
done < files
git apply -p1 --whitespace=nowarn "$what" 2> said || {
	sed "s|^|${what##*/}: |" said >&2
	exit 1
}
rm -f files said
