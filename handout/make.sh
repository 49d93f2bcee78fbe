#!/bin/sh
# make.sh - makes what students get, from the list handout/files.
#
#     handout/make.sh [FOLDER]
#
# Writes FOLDER/paxos-lab/ and FOLDER/paxos-lab.tar.gz (FOLDER is build/handout
# unless given).  The archive depends on the files' contents alone, byte for
# byte: names are sorted, owners are 0, modes are 644 or 755, and every time
# is SOURCE_DATE_EPOCH, or that of the last commit, or a constant.
#
# Stops, with the old handout left as it was, if a listed file is missing or
# cannot be stripped, if a file in one of the students' folders is neither
# listed nor left out on purpose, or if anything of the machinery that marks
# solutions would get through.  Exit status 1 then, 2 for a mistake in the
# call or a failing machine.
set -u
export LC_ALL=C TZ=UTC
umask 022
cd "$(dirname "$0")/.." || exit 2

NAME=paxos-lab
NO_COMMIT=1704067200 # 2024-01-01, where there is no git to ask

die() {
	echo "handout/make.sh: $*" >&2
	exit 2
}

[ $# -le 1 ] || die 'usage: handout/make.sh [FOLDER]'
out=${1:-build/handout}
mkdir -p "$out" || exit 2
work=$(mktemp -d "$out/.new.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
tree=$work/$NAME
mkdir "$tree" "$work/lists" || exit 2
faults=0

fault() {
	echo "$*" >&2
	faults=$((faults + 1))
}

# ---- the list ------------------------------------------------------------

# Splits handout/files: `take` has TARGET SOURCE HOW, `leave` has PATHs.
awk -v lists="$work/lists" '
	function wrong(what) {
		print FILENAME ":" FNR ": " what > "/dev/stderr"
		bad = 1
	}
	{ sub(/#.*/, "") }
	NF == 0 { next }
	/[^A-Za-z0-9_.\/= \t-]/ || /\.\.\// || /(^|[ \t])\// {
		wrong("an odd character, or a way out of the tree")
		next
	}
	$1 == "-" && NF == 2 {
		print $2 > (lists "/leave")
		next
	}
	$1 in seen { wrong($1 " is listed twice") }
	{ seen[$1] = 1 }
	NF == 1 { print $1, $1, "copy" > (lists "/take"); next }
	NF == 2 && $2 == "strip" {
		print $1, $1, "strip" > (lists "/take")
		next
	}
	NF == 3 && $2 == "=" {
		print $1, $3, "copy" > (lists "/take")
		next
	}
	{ wrong("expected: PATH, PATH strip, PATH = SOURCE, or - PATH") }
	END { exit bad }' handout/files || exit 1
[ -s "$work/lists/take" ] || { echo 'handout/files: is empty' >&2; exit 1; }

# ---- the tree ------------------------------------------------------------

while read -r target source how; do
	if [ -L "$source" ] || ! [ -f "$source" ]; then
		fault "handout/files: $source is not there"
		continue
	fi
	case $target in */*) mkdir -p "$tree/${target%/*}" || exit 2 ;; esac
	if [ "$how" = strip ]; then
		handout/strip "$source" > "$tree/$target" ||
			fault "$source: could not be stripped"
	else
		cp "$source" "$tree/$target" || exit 2
	fi
	mode=644
	if [ -x "$source" ]; then mode=755; fi
	chmod $mode "$tree/$target" || exit 2
done < "$work/lists/take"

# ---- nothing forgotten, nothing given away -------------------------------

folders=$(awk '$2 ~ /\// { sub(/\/.*/, "", $2); print $2 }' \
	"$work/lists/take" | sort -u | grep -v -x handout)

present() { # the files in the students' folders
	# shellcheck disable=SC2086 # several folders
	git ls-files --cached --others --exclude-standard -- $folders \
		2> /dev/null && return
	# shellcheck disable=SC2086
	find $folders -type f
}

present | sort -u > "$work/lists/present"
awk -v lists="$work/lists" '
	FILENAME ~ /\/take$/ { taken[$2] = 1; next }
	FILENAME ~ /\/leave$/ { left[$1] = 1; next }
	$0 in taken { next }
	{
		for (path in left)
			if ($0 == path ||
			    (path ~ /\/$/ && index($0, path) == 1))
				next
		print
	}' "$work/lists/take" "$work/lists/leave" "$work/lists/present" \
	> "$work/lists/forgotten"
while read -r file; do
	[ -e "$file" ] || continue # deleted, but git does not know yet
	fault "$file: is neither listed nor left out in handout/files"
done < "$work/lists/forgotten"

leaks=$(grep -rlF LAB_SOLVED "$tree" | sed "s|^$tree/||")
if [ -n "$leaks" ]; then
	fault "LAB_SOLVED would get into the handout:" $leaks
fi
if [ $faults -gt 0 ]; then
	echo "handout/make.sh: $faults faults, no handout was made" >&2
	exit 1
fi

# ---- the archive ---------------------------------------------------------

find "$tree" -type d -exec chmod 755 {} + || exit 2
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null)}
tar --create --format=ustar --sort=name --mtime="@${time:-$NO_COMMIT}" \
	--owner=0 --group=0 --numeric-owner --directory="$work" \
	--file="$work/tar" $NAME || exit 2
gzip -n -9 < "$work/tar" > "$work/tar.gz" || exit 2

rm -rf "${out:?}/$NAME" && mv "$tree" "$out/$NAME" &&
	mv "$work/tar.gz" "$out/$NAME.tar.gz" || exit 2
echo "$out/$NAME.tar.gz: $(wc -l < "$work/lists/take") files," \
	"$(wc -c < "$out/$NAME.tar.gz") bytes"
