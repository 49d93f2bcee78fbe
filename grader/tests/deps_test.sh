#!/bin/sh
# deps_test.sh - what deps.sh does on machines that lack things.
#
# Each machine is a folder of programs, alone in PATH: real ones that a script
# needs, made-up package managers and sudo that write down how they are called.
# Nothing is installed here, and nothing is asked of the network.

set -u

deps=$(cd "$(dirname "$0")/.." && pwd)/deps.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset YES
failures=0

# Begins a machine with the standard tools and a user of number $1.
machine() {
	bin=$work/bin
	rm -rf "$bin" "$work/calls" "$work/found"
	mkdir "$bin"
	: >"$work/calls"
	for tool in sh env sed awk tr cut head grep cat uname; do
		ln -s "$(command -v $tool)" "$bin/$tool"
	done
	has true :
	has id "echo $1"
}

# Gives the machine the program $1, which runs the shell commands $2.
has() {
	rm -f "$bin/$1"
	printf '#!%s\n%s\n' "$(command -v sh)" "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

# Gives it a program that writes its call down, then runs $2.
has_noted() {
	has "$1" "echo \"$1 \$*\" >>$work/calls; $2"
}

# An apt-get that runs $2, whose lists know all names but the pattern $1.
has_apt() {
	has_noted apt-get "${2:-:}"
	has apt-cache "
		if [ \$1 != policy ]; then echo ' Depends: clang-77'; exit; fi
		shift
		for name; do
			case \$name in $1) continue ;; esac
			echo \$name:
			echo '  Candidate: 1.0'
		done"
}

# All commands that the table asks for, but $1.
has_commands_but() {
	for tool in gcc clang cpp make nm objcopy rpcgen valgrind gdb setarch
	do
		if [ $tool != "$1" ]; then has $tool :; fi
	done
}

# Runs deps.sh $2... on the machine, in a session without a terminal;
# compares its exit status with $1.
expect() {
	want=$1
	shift
	PATH=$bin "$setsid" --wait "$deps" "$@" \
		>"$work/out" 2>&1 </dev/null
	status=$?
	if [ $status -ne "$want" ]; then
		complain "deps.sh $*: exit status $status, expected $want"
	fi
}

# Something that deps.sh printed, or a call that it made, matches $1.
expect_line() {
	if cat "$work/out" "$work/calls" | grep -Eq -e "$1"; then return; fi
	complain "no line matches \"$1\""
}

refuse_line() {
	if cat "$work/out" "$work/calls" | grep -Eq -e "$1"; then
		complain "a line matches \"$1\""
	fi
}

complain() {
	failures=$((failures + 1))
	echo "$name: $1; output and calls:"
	sed 's/^/    /' "$work/out" "$work/calls"
}

setsid=$(command -v setsid) || { echo 'needs setsid'; exit 77; }

name='an unknown argument'
machine 0
expect 2 --chek
expect_line 'unknown argument: --chek'

name='no package manager'
machine 0
expect 1
expect_line 'missing: gcc, gcc sanitizers, clang, .*criterion'
expect_line 'neither apt-get nor dnf nor pacman'

name='only checking'
machine 0
has_apt none
expect 1 --check
expect_line 'missing: gcc, '
expect_line 'as root: .*apt-get install --no-install-recommends gcc clang '
refuse_line '^apt-get '

name='root with apt-get and good lists; nothing appears'
machine 0
has_apt none
expect 1
expect_line '^apt-get .*install .* gcc clang libclang-rt-77-dev cpp '
expect_line 'still missing: gcc, '
refuse_line '^apt-get .* update'

name='lists that do not know a package'
machine 0
has_apt 'rpcsvc-*'
expect 1
expect_line '^apt-get .* update$'
expect_line 'knows no package rpcsvc-proto '
refuse_line '^apt-get .*install '

name='no network'
machine 0
has_apt '*' 'exit 100'
expect 1
expect_line 'lists could not be fetched: is there a network'

name='stale lists: the first install fails'
machine 0
has_apt none "[ -e $work/found ] || { case \"\$*\" in
	*update*) echo >$work/found ;; *) exit 100 ;; esac }"
expect 1
expect_line '^apt-get .* update$'
expect_line 'still missing'

name='clang brings its sanitizers where they have no package'
machine 0
has_apt 'libclang-rt-*'
expect 1
expect_line '^apt-get .*install --no-install-recommends gcc clang cpp '

name='only what is missing is installed'
machine 0
has_apt none
has_commands_but rpcgen
has pkg-config :
expect 1
expect_line '^apt-get .*install .*rpcsvc-proto'
refuse_line '^apt-get .*(libtirpc|gdb|binutils)'

name='a user with sudo and no password'
machine 1000
has_apt none
has_noted sudo 'shift; exec "$@"'
expect 1
expect_line '^sudo -n env .* apt-get .*install '
expect_line '^apt-get .*install '

name='a user whose sudo wants a password'
machine 1000
has_apt none
has_noted sudo 'exit 1'
expect 1
expect_line 'missing: gcc, .*; sudo is refused'
expect_line 'as root: .*apt-get install --no-install-recommends gcc clang '
refuse_line '^apt-get '

name='a user without sudo'
machine 1000
has_apt none
expect 1
expect_line 'not root, and there is no sudo'

name='dnf, which has no Criterion'
machine 0
has_noted dnf :
expect 1
expect_line '^dnf -y .*install gcc libasan libtsan libubsan clang compiler-rt '
expect_line 'criterion.*: no package of this distribution'
expect_line 'Build Criterion'
refuse_line '^dnf .* none'

name='dnf fails'
machine 0
has_noted dnf 'exit 1'
expect 1
expect_line 'dnf failed'

name='pacman whose lists are stale'
machine 0
has_noted pacman "[ \$1 = -Sy ]"
expect 1
expect_line '^pacman -S --needed --noconfirm gcc clang compiler-rt '
expect_line '^pacman -Sy --needed --noconfirm gcc clang compiler-rt '

exit $((failures > 0))
