#!/bin/sh
# lincheck_test.sh - the program lincheck: its verdicts as exit statuses, both
# formats, and what it says of malformed files and wrong options.
set -u
# shellcheck source=grader/tests/begin.sh
. "$(dirname "$0")/begin.sh"
lincheck=$tools/lincheck

# says STATUS PATTERN ARGUMENT...: lincheck does
says() {
	status=$1 pattern=$2
	shift 2
	expect "$status" "$pattern" "lincheck $*" "$lincheck" "$@"
}

# refused LINE PATTERN: the history on the standard input is malformed there
refused() {
	cat > "$work/history"
	says 3 "^$work/history:$1: .*$2" "$work/history"
	[ "$(tail -n 1 "$log")" = 'malformed: not a history' ] ||
		complain 'the last line is not the verdict'
}

# judged STATUS PATTERN: the history on the standard input
judged() {
	cat > "$work/history"
	says "$1" "$2" "$work/history"
}

# ---- our own lines -------------------------------------------------------

judged 0 '^ok: linearizable \(3 operations' << 'END'
# a comment

1 100 250 put "x" "a"
2 180 300	get "x"   "a"
1 400 - append "x" "b"
END
judged 0 '^ok: linearizable \(0 operations' < /dev/null
judged 1 '^illegal: .*\(2 operations' << 'END'
1 1 2 put "\x00\"\\\n\r\t\x7f" "a"
1 3 4 get "\x00\"\\\x0A\x0d\x09\x7f" ""
END
judged 0 '^ok: .*\(1 op' << 'END'
1 10 - get "x" -
END
printf '1 1 2 put "x" "a"\r\n1 3 4 get "x" "a"' | judged 0 '^ok: .*\(2 op'

refused 1 'a number is missing: the client' << 'END'
one 1 2 put "x" "a"
END
refused 2 'a number is missing: the time of the call' << 'END'
# first
1
END
refused 1 'a number is missing: the time of the return' << 'END'
1 1 put "x" "a"
END
refused 1 'too great a number: the time of the call' << 'END'
1 99999999999999999999 2 put "x" "a"
END
refused 1 'too great a number: the time of the return' << 'END'
1 1 9223372036854775807 put "x" "a"
END
refused 1 'no get, put or append' << 'END'
1 1 2 putt "x" "a"
END
refused 1 '"..." is missing: the key' << 'END'
1 1 2 put x "a"
END
refused 1 '"..." is missing: the value' << 'END'
1 1 2 put "x"
END
refused 1 'a get that did not return has the result -' << 'END'
1 1 - get "x" "a"
END
refused 1 '"..." is missing: the value' << 'END'
1 1 2 get "x" -
END
refused 1 'no quote ends the value' << 'END'
1 1 2 put "x" "a\"
END
refused 1 'bad escape in the key' << 'END'
1 1 2 put "\q" "a"
END
refused 1 'bad escape in the value' << 'END'
1 1 2 put "x" "\x0"
END
printf '1 1 2 put "x" "a\tb"\n' | refused 1 'a control character in the value'
printf '1 1 2 put "x" "a\0b"\n' | refused 1 'write \\x00'
refused 1 'more than one operation' << 'END'
1 1 2 put "x" "a" "b"
END
refused 2 'it returns at 2, before its call at 3' << 'END'
1 1 2 put "x" "a"
1 3 2 put "x" "a"
END
refused 2 'client 1 calls at 2, but its operation of 1 returns only at 3' \
	<< 'END'
1 1 3 put "x" "a"
1 2 4 put "x" "a"
END
refused 3 'client 1 calls at 1, but its operation of 1 returns only at 3' \
	<< 'END'
1 1 3 put "x" "a"
# the same once more
1 1 3 put "x" "a"
END
refused 1 'client 1 calls at 9, but its operation of 1 never returned' \
	<< 'END'
1 9 10 get "x" ""
1 1 - put "x" "a"
END

# ---- porcupine's ---------------------------------------------------------

# Prints porcupine's lines for arguments of PROCESS:TYPE:F:KEY:VALUE.
porcupine() {
	printf '%s\n' "$@" | while IFS=: read -r process type f key value; do
		printf '{:process %s, :type :%s, :f :%s, :key "%s", ' \
			"$process" "$type" "$f" "$key"
		printf ':value %s}\n' "$value"
	done
}

porcupine '0:invoke:append:k:"x y"' '1:invoke:get:k:nil' \
	'0:ok:append:k:"x y"' '1:ok:get:k:"x y"' '2:invoke:put:k:"z"' \
	'1:invoke:get:k:nil' '1:ok:get:k:"z"' |
	judged 0 '^ok: linearizable \(4 operations'
porcupine '0:invoke:append:k:"x y"' '0:ok:append:k:"x y"' \
	'1:invoke:get:k:nil' '1:ok:get:k:""' | judged 1 'could only be'
porcupine '0:invoke:get:k:nil' '0:invoke:get:k:nil' |
	refused 2 'its operation on line 1 has not returned'
porcupine '0:ok:get:k:""' | refused 1 'process 0 returns, but has not called'
porcupine '0:invoke:get:k:nil' '0:ok:get:l:""' |
	refused 2 'something else than what it called on line 1'
porcupine '0:invoke:put:k:"a"' '0:ok:put:k:"b"' |
	refused 2 'something else than what it called on line 1'
porcupine '0:invoke:put:k:nil' | refused 1 ':value is nil'
porcupine '0:invoke:get:k:"a"' | refused 1 'has a value already'
porcupine '0:fail:get:k:nil' | refused 1 'neither :invoke nor :ok'
porcupine '0:invoke:cas:k:nil' | refused 1 ':f is none of'
echo '{:process 0, :type :invoke}' | refused 1 'fields are missing'
echo '{:process 0, :process 0}' | refused 1 ':process is there twice'
echo '{:time 0}' | refused 1 'no such field'
echo '{:process 0' | refused 1 'does not end with }'
echo '{:process zero' | refused 1 'a number is missing: :process'
{ echo '{:process 0'; } > "$work/history"
says 3 ':1: a number is missing' --format=lines "$work/history"
echo '1 1 2 put "x" "a"' > "$work/history"
says 3 ':1: it does not begin with {' --format=porcupine "$work/history"

# ---- limits and options --------------------------------------------------

i=0
while [ $i -lt 40 ]; do
	echo "$((2 * i)) $i 100 append \"x\" \"a\""
	echo "$((2 * i + 1)) $i 100 append \"x\" \"b\""
	i=$((i + 1))
done > "$work/history"
echo '100 200 300 get "x" "abbaab"' >> "$work/history"
says 1 '^illegal' "$work/history"
echo '101 400 500 put "x" "c"' >> "$work/history"
sed -i 's/abbaab/'"$(printf 'ab%.0s' $(seq 40))"/ "$work/history"
says 0 '^ok' "$work/history"
says 4 '^unknown: .* \(82 operations, 9 configurations' --configurations=9 \
	"$work/history"
! "$lincheck" --quiet "$work/history" | grep . || complain 'it is not quiet'
"$lincheck" - < "$work/history" > "$log" || complain 'a history from stdin'
says 2 'a file is missing'
says 2 'more than one file' a b
says 2 'no such option: --what' --what "$work/history"
says 2 'no such option: --configurations=0' --configurations=0 a
says 2 'no such option: --megabytes=99999999999999999999' \
	--megabytes=99999999999999999999 a
says 2 'No such file' /none
says 2 'cannot be read' "$work"
finish 'lincheck'
