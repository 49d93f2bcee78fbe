#!/bin/sh
# style_test.sh - the rules of style that can be measured.
#
# In every .c, .h, .x and .sh file that git tracks: lines of fewer than 80
# columns (a tab reaches the next multiple of 8), no blanks at the end of a
# line, fewer than 400 lines a file, 120 a header (outside of tests) and 70 a
# function; .c and .h files open with a comment.  A function runs from a `{` in
# column 0 (in a script: from `name() {`) to the next `}` there.  Prints
# FILE:LINE: and the offence for each.
#
# A file in a folder that is not a git repository counts as tracked.

set -u
cd "$(dirname "$0")/../.." || exit 1

tracked() {
	git ls-files -- '*.c' '*.h' '*.x' '*.sh' 2>/dev/null && return
	find . -path ./build -prune -o -type f \
		\( -name '*.[chx]' -o -name '*.sh' \) -print
}

# shellcheck disable=SC2016 # the dollars are awk's
tracked | while read -r file; do
	# Deleted, but git does not know yet.
	if [ -e "$file" ]; then echo "$file"; fi
done | LC_ALL=C xargs awk '
	function offence(line, what) {
		print last_file ":" line ": " what
		offences++
	}

	# Columns of the line, where bytes 128 to 191 continue a character.
	function columns(line,    parts, n, i, width) {
		gsub(/[\200-\277]/, "", line)
		n = split(line, parts, "\t")
		width = length(parts[1])
		for (i = 2; i <= n; i++)
			width += 8 - width % 8 + length(parts[i])
		return width
	}

	function end_file() {
		if (last_file == "")
			return
		if (lines >= 400)
			offence(lines, lines " lines in one file")
		if (last_file ~ /\.h$/ && last_file !~ /\/tests\// &&
		    lines >= 120)
			offence(lines, lines " lines in one header")
	}

	FNR == 1 {
		end_file()
		last_file = FILENAME
		body = 0
		files++
		if (FILENAME ~ /\.[ch]$/ && $0 !~ /^\/\*/)
			offence(1, "does not open with a comment")
	}
	{ lines = FNR }
	columns($0) >= 80 { offence(FNR, columns($0) " columns") }
	/[ \t\r]$/ { offence(FNR, "blanks at the end") }
	/^\{/ || (FILENAME ~ /\.sh$/ && /^[a-z_]+\(\) \{$/) { body = FNR }
	/^\}/ {
		if (body && FNR - body + 1 >= 70)
			offence(body, FNR - body + 1 " lines in one function")
		body = 0
	}
	END {
		end_file()
		if (files == 0) {
			print "style_test.sh: no files to look at"
			exit 1
		}
		exit offences > 0
	}'
