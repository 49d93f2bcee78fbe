#!/bin/sh
# strip_test.sh - handout/strip, on small files made here: what it lets
# through, what it takes out, and every file that it must refuse.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C

work=$(mktemp -d "${TMPDIR:-/tmp}/strip_test.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
file=$work/file.c
checks=0
failed=0

complain() {
	echo "FAILED: $*"
	sed 's/^/    /' "$file" "$work/out" "$work/err"
	failed=$((failed + 1))
}

# gives WHAT [--solved=K]: $file must become what is on standard input.
gives() {
	cat > "$work/want"
	checks=$((checks + 1))
	what=$1
	shift
	if ! handout/strip "$@" "$file" > "$work/out" 2> "$work/err"; then
		complain "$what: refused"
	elif ! cmp -s "$work/out" "$work/want"; then
		complain "$what: another result"
	fi
}

# refuses LINE PATTERN: $file must be refused for what LINE has.
refuses() {
	checks=$((checks + 1))
	handout/strip "$file" > "$work/out" 2> "$work/err"
	status=$?
	if [ $status -ne 1 ]; then
		complain "exit status $status, not 1 ($2)"
	elif ! grep -q "^$file:$1: .*$2" "$work/err"; then
		complain "no message for line $1 that fits '$2'"
	elif [ -s "$work/out" ]; then
		complain "refused ($2), but something was printed"
	fi
}

default='#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif'

# put TEXT: the file is the default's three lines and TEXT (from line 4 on).
put() {
	printf '%s\n%s\n' "$default" "$1" > "$file"
}

# -- what is left, at every level
put 'before
#if LAB_SOLVED >= 1
one
#else
no one
#endif
between

#if LAB_SOLVED >= 2
two

#else
#endif

after'
gives 'the skeleton' << 'END'
before
no one
between

after
END
gives 'level 1' --solved=1 << 'END'
before
one
between

after
END
gives 'level 2' --solved=2 << 'END'
before
one
between

two

after
END
gives 'level 10 is above level 2' --solved=10 << 'END'
before
one
between

two

after
END

# -- other conditionals, inside and around
put '#ifdef OUTSIDE
#if LAB_SOLVED >= 12
# if A && B
secret
#elif C
secret
#else /* of A */
secret
#endif /* A */
#else
#ifndef D
stub
#else
stub too
#endif
#endif
#else
other
#endif'
gives 'nested conditionals' << 'END'
#ifdef OUTSIDE
#ifndef D
stub
#else
stub too
#endif
#else
other
#endif
END

# -- comments and strings are no directives
put 'char *s = "/*";
#if LAB_SOLVED >= 1
secret /* a
# comment */
#else
char c = '\''"'\'', *t = "\"/*";
#endif
// /*
end'
gives 'comments and strings' << 'END'
char *s = "/*";
char c = '"', *t = "\"/*";
// /*
end
END

# -- what does not balance
put '#if LAB_SOLVED >= 1
secret
#endif'
refuses 6 'has no #else'
put '#if LAB_SOLVED >= 1
secret
#else
stub'
refuses 4 'has no #endif'
put '#if LAB_SOLVED >= 1
#ifdef A
secret
#else
#endif'
refuses 4 'has no #endif'
put '#if LAB_SOLVED >= 1
secret
#else
#else
#endif'
refuses 7 'a second #else'
put '#if LAB_SOLVED >= 1
secret
#elif A
#else
#endif'
refuses 6 '#elif in the arm'
put '#if LAB_SOLVED >= 1
secret
#if LAB_SOLVED >= 2
secret
#else
#endif
#else
#endif'
refuses 6 'an arm inside the arm of line 4'
put '#if LAB_SOLVED >= 1
#else
#endif
#endif'
refuses 7 '#endif without #if'
put '#else
#endif'
refuses 4 '#else without #if'
put '#if LAB_SOLVED >= 1
#else
#endif
#ifdef A'
refuses 7 'has no #endif'
put '#if LAB_SOLVED >= 1
#else
#endif
/* unfinished'
refuses 7 'within a comment'

# -- forms that are not known
for line in '#if LAB_SOLVED > 1' '#if LAB_SOLVED >= 0' '#if  LAB_SOLVED >= 1' \
	'#if LAB_SOLVED >= 1 /* x */' '# if LAB_SOLVED >= 1' \
	'#if LAB_SOLVED >= N' '#if LAB_SOLVED >= 1 && A' \
	'#if (LAB_SOLVED >= 1)' '#if LAB_SOLVED >= 1 ' '#ifdef LAB_SOLVED' \
	'#if defined LAB_SOLVED' '/* LAB_SOLVED */' '#undef LAB_SOLVED' \
	'int LAB_SOLVED_too;' '#if LAB_SOLVED >= 1\'; do
	put "$line
#else
#endif"
	refuses 4 'LAB_SOLVED in a form that is not known'
done
for line in '#else /* x */' ' #else' '#else ' '# else'; do
	put "#if LAB_SOLVED >= 1
$line
#endif"
	refuses 5 'nothing but #else'
done
for line in '#endif /* x */' '	#endif' '#endif	' '/**/ #endif'; do
	put "#if LAB_SOLVED >= 1
#else
$line"
	refuses 6 'nothing but #endif'
done
put '#if LAB_SOLVED >= 1
secret /*
*/ #else
stub
#endif'
refuses 6 'begins in another line'
put '#if LAB_SOLVED >= 1
#define A \
#else
#endif'
refuses 6 'begins in another line'
put '#if LAB_SOLVED >= 1
%:else
#endif'
refuses 5 'unusual spelling'
printf '%s\n#if LAB_SOLVED >= 1\r\n#else\r\n#endif\r\n' "$default" > "$file"
refuses 4 'LAB_SOLVED in a form that is not known'

# -- the default
printf '#if LAB_SOLVED >= 1\n#else\n#endif\n' > "$file"
refuses 1 '#ifndef LAB_SOLVED is missing'
put "#if LAB_SOLVED >= 1
#else
#endif
$default"
refuses 7 'stands once'
printf '#ifndef LAB_SOLVED\n#endif\n' > "$file"
refuses 2 'is expected here'
printf '#ifndef LAB_SOLVED\n#define LAB_SOLVED 9\nint a;\n' > "$file"
refuses 3 '#endif of LAB_SOLVED'
printf '#ifndef LAB_SOLVED\n' > "$file"
refuses 1 'ends within #ifndef'
put 'nothing to strip'
refuses 4 'there is no #if LAB_SOLVED'
: > "$file"
refuses 1 'there is no #if LAB_SOLVED'

# -- usage
for args in '' '--solved= x' '--solved=x x' 'x y' "$work/none"; do
	checks=$((checks + 1))
	# shellcheck disable=SC2086 # several words
	handout/strip $args > "$work/out" 2> "$work/err"
	[ $? -eq 2 ] || complain "strip $args: is not refused as usage"
done

[ $failed -eq 0 ] || { echo "$failed of $checks checks failed"; exit 1; }
echo "$checks checks of handout/strip passed"
