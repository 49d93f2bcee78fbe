#!/bin/sh
# coverage.sh - which lines of a submission the tests come to.
#
#   coverage.sh TOOLS HOST SUBMISSION [option of grade ...]
#
# Builds SUBMISSION with gcc's counters, runs the tests, and writes
# build/coverage/index.html and, on the terminal, a table per file and
# function.  Every peer of every test adds to the same counts as its host
# ends.  A host that had to be killed, as after a failed test, adds nothing.
# Always gcc: gcov, which reads the counts, is a part of it.
set -eu
export LC_ALL=C

tools=$1 host=$2 submission=$3
shift 3
out=build/coverage
folders='*'
for option; do
	# Part A alone says nothing about the files of part B.
	[ "$option" != --part=A ] || folders=paxos
done
so=$out/submission.so

die() {
	echo "coverage.sh: $*" >&2
	exit 3
}

command -v gcov > /dev/null || die 'gcov is missing; it comes with gcc'
mkdir -p "$out"
exec 9> "$out/lock"
flock -n 9 || die 'another make coverage is at work in this tree'
rm -rf "$out/counts" "$out/index.html"
mkdir "$out/counts"
grader/submission/build.sh "$submission" "$so" coverage gcc

# ---- the tests -----------------------------------------------------------

GCOV_PREFIX=$PWD/$out/counts
GCOV_PREFIX_STRIP=$(cat "$so.gcov/strip")
export GCOV_PREFIX GCOV_PREFIX_STRIP
status=0
"$tools/grade" "--host=$host" "--submission=$so" --flavour=coverage --lock=9 \
	"--out=$out/grade" "$@" > "$out/grade.log" 2>&1 ||
	status=$?
unset GCOV_PREFIX GCOV_PREFIX_STRIP
if [ $status -gt 1 ]; then
	cat "$out/grade.log" >&2
	exit $status
fi
grep '^[A-Z]: ' "$out/grade.log"
[ $status -eq 0 ] || echo "What failed tests came to is not counted:" \
	"see $out/grade.log."

# ---- the counts ----------------------------------------------------------

cp -R "$so.gcov/." "$out/counts"
cd "$out/counts"
: > all
# shellcheck disable=SC2231 # a pattern
for notes in $folders/*.gcno; do
	file=${notes%.gcno}.c
	(
		cd src
		gcov -f -o "../${file%/*}" "$file" > gcov.out 2> gcov.err ||
			die "gcov failed on $file: $(cat gcov.err)"
		echo "file $file"
		# Functions, as gcov names them, then each line of the file.
		awk '/^Function / { gsub(/\047/, "", $2); name = $2 }
			/^File / { exit }
			/^(Lines executed:|No executable lines)/ {
				split($0, part, /[:% ]+/)
				if (part[1] == "Lines")
					print "function", name, part[3],
						part[5]
			}' gcov.out
		[ ! -e "${file##*/}.gcov" ] ||
			sed -n 's/^ *\([^:]*\): *\([1-9][0-9]*\):/line \1 /p' \
				"${file##*/}.gcov"
		rm -f ./*.gcov
	) >> all
done

# `file NAME`, `function NAME PERCENT LINES`, `line COUNT TEXT`: COUNT is - for
# no code, ##### for code that was never run.
awk -v html=../index.html '
	function escaped(s) {
		gsub(/&/, "\\&amp;", s)
		gsub(/</, "\\&lt;", s)
		gsub(/>/, "\\&gt;", s)
		return s
	}
	function percent(part, all) {
		return all ? sprintf("%.1f %%", 100 * part / all) : "-"
	}
	function row(name, run, lines) {
		printf "%-52s %6d %6d %9s\n", name, run, lines,
			percent(run, lines)
	}
	$1 == "file" { files[++n] = $2; next }
	$1 == "function" {
		f = ++functions[n]
		name[n, f] = $2
		total[n, f] = $4
		hit[n, f] = int($3 * $4 / 100 + 0.5)
		next
	}
	{
		l = ++lines[n]
		count[n, l] = $2
		text[n, l] = substr($0, length($1) + length($2) + 3)
		if ($2 == "-")
			next
		code[n]++
		all++
		if ($2 !~ /^[#=]/) {
			run[n]++
			ran++
		}
	}
	END {
		printf "\n%-52s %6s %6s\n", "", "run", "lines"
		for (i = 1; i <= n; i++) {
			row(files[i], run[i], code[i])
			for (f = 1; f <= functions[i]; f++)
				row("  " name[i, f], hit[i, f], total[i, f])
		}
		row("all", ran, all)

		print "<!DOCTYPE html>\n<html lang=\"en\"><head>" \
			"<meta charset=\"utf-8\"><title>Coverage</title>" \
			"<style>body{font-family:sans-serif}" \
			"td{padding:0 1em 0 0}td.n{text-align:right}" \
			"pre{line-height:1.25}.no{background:#fcc}" \
			".yes{background:#dfd}.c{color:#888}</style>" \
			"</head><body><h1>Coverage</h1><table>" > html
		for (i = 1; i <= n; i++)
			print "<tr><td><a href=\"#f" i "\">" files[i] \
				"</a></td><td class=\"n\">" run[i] + 0 \
				"</td><td>of " code[i] + 0 "</td>" \
				"<td class=\"n\">" percent(run[i], code[i]) \
				"</td></tr>" > html
		print "<tr><td>all</td><td class=\"n\">" ran + 0 \
			"</td><td>of " all + 0 "</td><td class=\"n\">" \
			percent(ran, all) "</td></tr></table>" > html
		for (i = 1; i <= n; i++) {
			print "<h2 id=\"f" i "\">" files[i] "</h2><pre>" > html
			for (l = 1; l <= lines[i]; l++) {
				c = count[i, l]
				class = "yes"
				if (c == "-")
					class = c = ""
				else if (c ~ /^[#=]/) {
					class = "no"
					c = 0
				}
				printf "<span class=\"%s\"><span " \
					"class=\"c\">%5d %9s</span>  %s" \
					"</span>\n", class, l, c, \
					escaped(text[i, l]) > html
			}
			print "</pre>" > html
		}
		print "</body></html>" > html
	}' all
cd ../../..
rm -rf "$out/counts"
echo
echo "line by line: $out/index.html"
