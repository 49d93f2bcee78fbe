#!/bin/sh
# guard.sh - what a submission includes, calls and defines, against the lists.
#
#     guard.sh denied LOG                  if it could not be preprocessed
#     guard.sh text WORK CC STEM           before a file is compiled
#     guard.sh assembly WORK CC STEM       before it is assembled
#     guard.sh objects WORK CC FILE.c...   when all are
#
# build.sh calls this; WORK is its private folder: src/ has the sources,
# obj/STEM.{d,i,s,o} what the compiler made of them.  Errors name the place as
# a compiler does.  It looks at the preprocessed text, at the assembly that is
# then assembled, and at the symbols of the objects, so it does not matter how
# something was written in the source.
#
# Exit status: 0 nothing to object to, 1 errors were printed, 2 the machine's.
set -u
export LC_ALL=C

MAX_TEXT_BYTES=16777216 # of a file with what it includes
MAX_LINE_BYTES=65536    # and of a line in it

here=$(cd "$(dirname "$0")" && pwd -P) || exit 2

# The paths of standard input as they are written and as they are once every
# link is followed: a system folder may hold links to headers elsewhere.
both_ways() { # FILE
	xargs -r realpath -ms -- < "$1"
	xargs -r realpath -m -- < "$1"
}

# Where CC finds the system's headers, one folder per line; and clang's lists
# of what its sanitizers leave out, which count as included.
system_folders() {
	"$1" -E -v -x c /dev/null 2>&1 > /dev/null |
		sed -n '/search starts here/,/^End of search/s/^ //p' |
		sed '/clang/{p;s|/include$|/share|;}'
}

may_not_be_included="may not be included; a submission includes its own
headers, the system's, labrpc.h, value.h, sync.h, log.h and random.h of labrpc,
paxos.h and protocol.h"
may_not_be_included=$(echo $may_not_be_included)

# The compiler could not open what is none of a submission's business (cage.c);
# its message in LOG is put into the same words.
explain_denied() {
	sed -E "s|fatal error: (cannot open file )?'?([^':]*)'?: Permission \
denied.*|error: \2 $may_not_be_included|" "$1" > "$1.plain" &&
		mv "$1.plain" "$1"
}

# Every file that went into STEM must be of the private folder or a system
# header; what else the machine has is none of a submission's business.
check_includes() {
	src=$1/src stem=$3
	system_folders "$2" > "$1/obj/$stem.folders"
	# Where Debian 13 keeps the kernel's headers; gcc names them by it.
	echo /usr/lib/linux/uapi >> "$1/obj/$stem.folders"
	both_ways "$1/obj/$stem.folders" > "$1/obj/$stem.sys"
	sed -e 's/^x://' -e 's/\\$//' "$1/obj/$stem.d" | tr -s ' ' '\n' |
		sed -n -e '/^\//p' -e '/\.\./p' > "$1/obj/$stem.far"
	[ -s "$1/obj/$stem.far" ] || return 0
	(cd "$src" && both_ways "$1/obj/$stem.far") > "$1/obj/$stem.ways"
	split=$(wc -l < "$1/obj/$stem.far")
	head -n "$split" "$1/obj/$stem.ways" > "$1/obj/$stem.written"
	tail -n "$split" "$1/obj/$stem.ways" |
		paste -d '\t' - "$1/obj/$stem.written" "$1/obj/$stem.far" |
		awk -F '\t' -v src="$src" -v sys="$1/obj/$stem.sys" '
			BEGIN {
				folder[src] = 1
				while ((getline line < sys) > 0)
					folder[line] = 1
			}
			{
				for (f in folder)
					if (index($1, f "/") == 1 ||
					    index($2, f "/") == 1)
						next
				print $3
			}' > "$1/obj/$stem.bad"
	while read -r bad; do
		place=$(cd "$src" && grep -HnF "${bad##*/}" "$stem".[ch] |
			sed -n 's/^\([^:]*:[0-9]*\):[ \t]*#.*include.*/\1/p' |
			head -n 1)
		echo "${place:-$stem.c}: error: $bad $may_not_be_included"
		return 1
	done < "$1/obj/$stem.bad"
}

# Attributes that switch a sanitizer off for a function hide what it finds.
check_attributes() {
	awk '
		/^# [0-9]+ "/ {
			line = $2 - 1
			file = $3
			gsub(/"/, "", file)
			next
		}
		{
			line++
			gsub(/"([^"\\]|\\.)*"|'\''([^'\''\\]|\\.)*'\''/, " ")
		}
		/no_sanitize|no_address_safety|disable_sanitizer/ {
			print file ":" line ": error: sanitizers stay on;" \
				" mend what they find"
			bad = 1
		}
		END { exit bad }' "$1"
}

# What may not stand in the text of FILE, wherever it comes from.  A string
# that reaches the assembler must not end its line or its quotes there, or what
# follows would be an instruction.  What talks to a sanitizer could silence it.
check_text() { # TEXT FILE
	if [ "$(wc -c < "$1")" -gt $MAX_TEXT_BYTES ] ||
		[ "$(wc -L < "$1")" -gt $MAX_LINE_BYTES ]; then
		echo "$2: error: with what it includes it is longer than" \
			"$MAX_TEXT_BYTES bytes, or a line of it than" \
			"$MAX_LINE_BYTES"
		return 1
	fi
	if grep -Eq '^#[ \t]*pragma.*(\\|pch_preprocess)' "$1"; then
		echo "$2: error: a #pragma with a backslash, or for" \
			"precompiled headers"
		return 1
	fi
	sed '/^#/d' "$1" | tr '\n' ' ' > "$1.flat"
	bad=$(sed 's/"[ \t]*"//g' "$1.flat" |
		grep -Eo "$sanitizer_name" | head -n 1)
	if [ -n "$bad" ]; then
		echo "$2: error: sanitizers stay as they are ($bad); mend" \
			"what they find"
		return 1
	fi
	bad=$(grep -Eo "$assembly_string" "$1.flat" | grep -F '\' |
		head -n 1 | sed 's/^[^A-Za-z_]*\([A-Za-z_]*\).*/\1/')
	[ -n "$bad" ] || return 0
	echo "$2: error: a backslash in the string of $bad"
	return 1
}
sanitizer_name='(__[a-z]*san|__sanitizer|Annotate[A-Z])[A-Za-z0-9_]*'
assembly_string='(^|[^A-Za-z0-9_])_*(asm|section|alias|weakref|ifunc|symver'\
'|target|target_clones)_*([ \t]+|_*(volatile|goto|inline)_*)*[(]'\
'([ \t]*"([^"\\]|\\.)*")+'

# Inline assembly could do anything, system calls for instance; the empty
# barrier and the hint for spinning are harmless.  Functions that run before
# main or as the library is loaded run outside every test, except those that
# the instrumentation adds.
check_assembly() {
	awk -v file="$2" '
		function bad(what) {
			print file ": error: " what
			failed = 1
		}
		/^[ \t]*(#|\/\/|@) *APP/ ||
		/Start of file scope inline assembly/ {
			inside = 1
			next
		}
		/^[ \t]*(#|\/\/|@) *NO_APP/ ||
		/End of file scope inline assembly/ {
			inside = 0
			next
		}
		inside && !/^[ \t]*((#|\/\/|@).*|pause|nop|yield)?[ \t]*$/ {
			bad("inline assembly (" $1 " " $2 ") is not" \
			    " allowed; <stdatomic.h> has what threads need")
			exit
		}
		/^[ \t]*\.(pushsection|popsection|previous|text|data|bss)/ {
			early = 0
		}
		/^[ \t]*\.section[ \t].*\\/ {
			bad("a section with the odd name " $2)
		}
		/^[ \t]*\.section[ \t]/ {
			early = $2 ~ /^"?\.((pre)?init|fini)_array/ ||
				$2 ~ /^"?\.[cd]tors/
		}
		{
			outside = $0
			gsub(/"([^"\\]|\\.)*"/, "", outside)
		}
		outside ~ /(^|[ \t;])\.(incbin|include)/ {
			bad("takes in another file (" $1 ")")
		}
		early && /^[ \t]*\.(quad|xword|8byte|dword|word|long|4byte)/ &&
		$2 !~ /^"?([at]san|ubsan)\.module_[cd]tor/ &&
		$2 !~ /^_(sub|GLOBAL__sub)_[ID]_[0-9]+_[0-9]/ &&
		$2 !~ /^__llvm_gcov_init/ {
			bad($2 " is to run when the library is loaded or" \
			    " unloaded; do that in paxos_make() and" \
			    " paxos_free()")
		}
		END { exit failed }' "$1"
}

# Code lies in .text, and nothing else does.
check_sections() {
	objdump -h -t "$1" | awk -v file="$2" '
		$1 ~ /^[0-9]+$/ && NF == 7 { section = $2 }
		/ CODE/ && section !~ /^\.text/ {
			print file ": error: code in the section " section
			bad = 1
		}
		/ O \.text/ {
			print file ": error: " $NF " is data in .text"
			bad = 1
		}
		END { exit bad }'
}

# However it got there (an asm label can hold code): no system calls of one's
# own.  The instructions of x86-64 and of aarch64 that make one.
check_instructions() {
	objdump -d --no-show-raw-insn "$1" | awk -v file="$2" '
		$2 ~ /^(syscall|sysenter|int|svc)$/ {
			print file ": error: makes a system call by itself" \
				" (" $2 " " $3 "); call the function for it"
			bad = 1
			exit
		}
		END { exit bad }'
}

# Prints `FILE.o SYMBOL` for what the objects need of others, and for what
# they define for others; what clang's coverage defines is left out.
needed_symbols() {
	nm -A -g "$@" | awk '
		$2 == "U" || $2 == "w" || $2 == "v" {
			need[substr($1, 1, length($1) - 1) " " $3] = $3
			next
		}
		{ defined[$NF] = 1 }
		END {
			for (n in need)
				if (!(need[n] in defined))
					print n
		}' | sort
}

defined_symbols() {
	nm -A -g --defined-only "$@" |
		sed -e '/ __\(covrec\|prof[a-z]*\|llvm\)_/d' \
		    -e 's/^\([^:]*\):[^ ]* \(.\) \(.*\)/\1 \3 \2/' | sort
}

# Reads `FILE.o SYMBOL [TYPE]` and prints those that the list has, or has not.
select_symbols() { # LIST has|lacks
	awk -v list="$1" -v want="$2" '
		BEGIN {
			while ((getline line < list) > 0) {
				sub(/#.*/, "", line)
				n = split(line, word, " ")
				for (i = 1; i <= n; i++) {
					if (word[i] !~ /[*[]/) {
						exact[word[i]] = 1
						continue
					}
					gsub(/\*/, ".*", word[i])
					pattern[++patterns] = "^" word[i] "$"
				}
			}
		}
		{
			found = $2 in exact
			for (i = 1; i <= patterns && !found; i++)
				found = $2 ~ pattern[i]
			if (found == (want == "has"))
				print
		}'
}

# What refused_calls advises instead of SYMBOL.
advice() {
	awk -v symbol="$1" '
		/^#/ { next }
		{
			end = index($0, ": ")
			n = split(substr($0, 1, end - 1), word, " ")
			for (i = 1; i <= n; i++) {
				gsub(/\*/, ".*", word[i])
				if (symbol ~ "^" word[i] "$") {
					print substr($0, end + 2)
					exit
				}
			}
		}' "$here/refused_calls"
}

# file:line of SYMBOL's use in OBJECT, as far as the debug information knows.
place_of() {
	line=$(nm -u -l "$1" | awk -v symbol="$2" '
		$2 == symbol && NF > 2 { print $NF; exit }')
	case $line in
	*.[ch]:*) echo "${1%/*}/${line##*/}" ;;
	*) echo "${1%.o}.c" ;;
	esac
}

check_symbols() {
	needed_symbols "$@" | select_symbols "$here/allowed_calls" lacks |
	while read -r object symbol; do
		instead=$(advice "$symbol")
		if [ -n "$instead" ]; then
			echo "$(place_of "$object" "$symbol"): error:" \
				"$symbol is not among the calls that the lab" \
				"allows: $instead"
		else
			echo "$(place_of "$object" "$symbol"): error:" \
				"$symbol is defined in none of the lab's" \
				"files, nor is it among the calls that the" \
				"lab allows (grader/submission/allowed_calls)"
		fi
	done
	defined_symbols "$@" | select_symbols "$here/reserved_names" has |
	while read -r object symbol type; do
		echo "${object%.o}.c: error: defines $symbol, a name that" \
			"belongs to the system or to labrpc; name it" \
			"otherwise, or make it static"
	done
	nm -A "$@" | awk '$(NF - 1) == "i" {
		sub(/\.o:.*/, ".c", $1)
		print $1 ": error: " $NF " is chosen as the library is" \
			" loaded (ifunc), which the lab does not allow"
	}'
}

case ${1-} in
denied)
	explain_denied "$2"
	;;
text)
	check_includes "$2" "$3" "$4" && check_text "$2/obj/$4.i" "$4.c" &&
		check_attributes "$2/obj/$4.i"
	;;
assembly)
	check_assembly "$2/obj/$4.s" "$4.c"
	;;
objects)
	cd "$2/obj" || exit 2
	shift 3
	failed=0
	objects=
	for file; do
		stem=${file%.c}
		objects="$objects $stem.o"
		check_sections "$stem.o" "$file" || failed=1
		check_instructions "$stem.o" "$file" || failed=1
	done
	complaints=$(check_symbols $objects)
	if [ -n "$complaints" ]; then
		printf '%s\n' "$complaints"
		failed=1
	fi
	exit $failed
	;;
*)
	echo 'guard.sh: called by build.sh' >&2
	exit 2
	;;
esac
