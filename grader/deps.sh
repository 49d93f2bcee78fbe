#!/bin/sh
# deps.sh - what the lab needs from the machine: check it, install it.
#
#     grader/deps.sh          installs what is missing; quick when all is there
#     grader/deps.sh --check  only says what is missing; exit 1 if anything is
#
# Everything comes from the distribution's own packages, by apt-get, dnf or
# pacman, and from nowhere else.  As root that is done at once; as anybody
# else through sudo, after one question on a terminal.  There is no question
# with YES=1, or without a terminal where sudo needs no password.  Where it
# cannot install, it says what to install and how, and exits 1.
#
# The table below is the list of dependencies: how to check for one, and what
# brings it by apt-get, dnf and pacman.  A check asks for the thing itself, not
# for a package, so that it does not matter where it comes from.  NN is the
# major version of clang; `none` means that there is no such package.

# shellcheck disable=SC2086 # $packages and the like are lists of words

set -u

table() {
	cat <<'END'
command gcc        | gcc                | gcc                | gcc
gcc_sanitizers     | gcc          | libasan libtsan libubsan | gcc
command clang      | clang              | clang              | clang
clang_sanitizers   | libclang-rt-NN-dev | compiler-rt        | compiler-rt
command cpp        | cpp                | cpp                | gcc
header pthread.h   | libc6-dev          | glibc-devel        | glibc
command make       | make               | make               | make
command nm         | binutils           | binutils           | binutils
command objcopy    | binutils           | binutils           | binutils
command pkg-config | pkg-config         | pkgconf-pkg-config | pkgconf
command rpcgen     | rpcsvc-proto       | rpcgen             | rpcsvc-proto
library libtirpc   | libtirpc-dev       | libtirpc-devel     | libtirpc
library criterion  | libcriterion-dev   | none               | criterion
library jansson    | libjansson-dev     | jansson-devel      | jansson
library libseccomp | libseccomp-dev     | libseccomp-devel   | libseccomp
command valgrind   | valgrind           | valgrind           | valgrind
loader_symbols     | libc6-dbg          | none               | none
command gdb        | gdb                | gdb                | gdb
command patch      | patch              | patch              | patch
command setarch    | util-linux         | util-linux         | util-linux
END
}

have_command() {
	command -v "$1" >/dev/null
}

# Looks where compilers look, without starting one.
have_header() {
	for folder in /usr/include /usr/include/*-linux-gnu /usr/local/include
	do
		if [ -e "$folder/$1" ]; then return 0; fi
	done
	return 1
}

have_library() {
	pkg-config --exists "$1" 2>/dev/null
}

# A compiler prints the bare name back if it has no such file.
have_gcc_sanitizers() {
	for library in libasan.so libtsan.so libubsan.so; do
		path=$(gcc -print-file-name=$library 2>/dev/null) || return 1
		case $path in */*) ;; *) return 1 ;; esac
	done
}

# The run-time libraries are a package of their own, which clang only
# recommends; their place and name depend on who built clang.
have_clang_sanitizers() {
	resources=$(clang -print-resource-dir 2>/dev/null) || return 1
	for path in "$resources"/lib/*/libclang_rt.tsan-"$(uname -m)".a \
		"$resources"/lib/*/libclang_rt.tsan.a
	do
		if [ -e "$path" ]; then return 0; fi
	done
	return 1
}

# Valgrind must find strlen() and others by name in the dynamic loader.  Some
# distributions leave the loader's symbols in place; Debian keeps them apart,
# in a file that is named after the build id.
have_loader_symbols() {
	for loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1
	do
		if [ -e $loader ]; then break; fi
	done
	id=$(readelf -n $loader 2>/dev/null |
		sed -n 's/^ *Build ID: *\([0-9a-f]*\)$/\1/p')
	rest=${id#??}
	if [ -n "$id" ] &&
		[ -e "/usr/lib/debug/.build-id/${id%"$rest"}/$rest.debug" ]
	then
		return 0
	fi
	nm $loader 2>/dev/null | grep -q ' strlen$'
}

say() {
	printf '%s\n' "deps: $*" >&2
}

# Prints the words of $1 once each, on one line.
once_each() {
	words=
	for word in $1; do
		case " $words " in
		*" $word "*) ;;
		*) words="${words:+$words }$word" ;;
		esac
	done
	printf '%s\n' "$words"
}

# Sets $missing (names, comma-separated), $packages (what brings them) and
# $unpackaged (names of what no package here brings).
find_missing() {
	missing='' packages='' unpackaged=''
	while IFS='|' read -r check apt dnf pacman; do
		if have_$check; then continue; fi
		what=$(echo $check | tr _ ' ')
		case $what in
		command* | header* | library*) what=${what#* } ;;
		esac
		missing="${missing:+$missing, }$what"
		case $manager in
		dnf) brings=$dnf ;;
		pacman) brings=$pacman ;;
		*) brings=$apt ;;
		esac
		case $brings in
		*none*) unpackaged="${unpackaged:+$unpackaged, }$what" ;;
		*) packages="$packages $brings" ;;
		esac
	done <<END
$(table)
END
	packages=$(once_each "$packages")
}

find_manager() {
	manager=
	for candidate in apt-get dnf pacman; do
		if have_command $candidate; then manager=$candidate; return; fi
	done
}

# The command that installs $packages, as one would type it.
install_command() {
	case $manager in
	apt-get) options='install --no-install-recommends' ;;
	dnf) options='install --setopt=install_weak_deps=False' ;;
	pacman) options='-S --needed' ;;
	esac
	echo "$manager $options $packages"
}

# Ends in failure, saying what a person would have to do.
give_up() {
	update=
	if [ "$manager" = apt-get ]; then update='apt-get update && '; fi
	say "$*"
	if [ -n "$packages" ]; then
		say "to install by hand, as root: $update$(install_command)"
	fi
	case $packages in
	*-NN-*) say 'NN is the major version of the package clang.' ;;
	esac
	exit 1
}

explain_unpackaged() {
	say "$unpackaged: no package of this distribution brings that."
	case $unpackaged in
	*criterion*)
		say 'Build Criterion 2.4.1 or newer from its sources, so' \
			'that "pkg-config --exists criterion" succeeds.'
		;;
	esac
	case $unpackaged in
	*symbols*)
		say 'Install the debug symbols of the C library, for Valgrind.'
		;;
	esac
}

as_root() {
	$sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@" >&2
}

# Decides how to become root, asking where that is due.
get_permission() {
	sudo=
	if [ "$(id -u)" -eq 0 ]; then return; fi
	if ! have_command sudo; then
		give_up "missing: $missing; not root, and there is no sudo."
	fi
	# There is a person at the terminal if any of our channels leads there;
	# make -j leaves standard input to one of its jobs only.
	if ! { [ -t 0 ] || [ -t 2 ]; } || ! (: </dev/tty) 2>/dev/null; then
		sudo='sudo -n'
		if ! as_root true 2>/dev/null; then
			give_up "missing: $missing; sudo is refused or wants" \
				'a password, and there is no terminal.'
		fi
		return
	fi
	if [ "${YES:-}" != 1 ]; then
		printf 'Missing: %s.\nInstall with: sudo %s? [Y/n] ' \
			"$missing" "$(install_command)" >/dev/tty
		answer=n
		read -r answer </dev/tty || answer=n
		case $answer in
		'' | [Yy]*) ;;
		*) give_up 'nothing was installed.' ;;
		esac
	fi
	sudo=sudo
	as_root true || give_up 'sudo was refused.'
}

# Puts clang's version for NN in $packages, as soon as it can be known.
# Where there is no such package, clang's own brings the libraries.
resolve_clang() {
	case $packages in *-NN-*) ;; *) return ;; esac
	version=$(clang -dumpversion 2>/dev/null | cut -d. -f1)
	if [ -z "$version" ]; then
		version=$(apt-cache depends clang 2>/dev/null |
			sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' |
			head -n 1)
	fi
	if [ -z "$version" ]; then return; fi
	runtime=libclang-rt-$version-dev
	if [ -n "$(unknown_to_apt "$runtime")" ]; then runtime=clang; fi
	packages=$(once_each "${packages%%libclang-rt-NN-dev*} $runtime \
		${packages#*libclang-rt-NN-dev}")
}

# Prints those of the packages that apt-get could not install by name.
unknown_to_apt() {
	known=$(LC_ALL=C apt-cache policy $1 2>/dev/null | awk '
		/^[^ ].*:$/ { name = substr($0, 1, length($0) - 1) }
		/^ *Candidate: / && $2 != "(none)" { print name }')
	for package in $1; do
		case "
$known
" in
		*"
$package
"*) ;;
		*) echo "$package" ;;
		esac
	done
}

# Package lists are fetched at most once, and only if the ones that are here
# do not name a package, or name a version that the mirror no longer has.
update_apt() {
	updated=yes
	as_root apt-get -q -o DPkg::Lock::Timeout=300 \
		-o APT::Update::Error-Mode=any update ||
		updated=failed
}

apt_packages() {
	as_root apt-get -q -y -o DPkg::Lock::Timeout=300 \
		install --no-install-recommends $packages
}

no_lists='the package lists could not be fetched: is there a network?'

install_by_apt() {
	updated=no
	resolve_clang
	unknown=$(unknown_to_apt "$packages")
	if [ -n "$unknown" ]; then
		update_apt
		resolve_clang
		unknown=$(unknown_to_apt "$packages")
	fi
	if [ -n "$unknown" ]; then
		if [ $updated = failed ]; then give_up "$no_lists"; fi
		give_up "apt-get knows no package $(once_each "$unknown")" \
			'(Ubuntu has some in its component "universe").'
	fi
	if apt_packages; then return; fi
	if [ $updated = no ]; then
		update_apt
		if apt_packages; then return; fi
	fi
	if [ $updated = failed ]; then give_up "$no_lists"; fi
	give_up 'apt-get failed; its own words are above.'
}

install_by_dnf() {
	as_root dnf -y --setopt=install_weak_deps=False install $packages ||
		give_up 'dnf failed (no network?); its own words are above.'
}

# Fetches the lists (-y) only if it must: Arch does not support installing
# from newer lists than the system was last updated with.
install_by_pacman() {
	if as_root pacman -S --needed --noconfirm $packages; then return; fi
	as_root pacman -Sy --needed --noconfirm $packages ||
		give_up 'pacman failed (no network?); its own words are above.'
}

main() {
	case $* in
	'' | --check) ;;
	*) say "unknown argument: $* (there is only --check)"; exit 2 ;;
	esac
	find_manager
	find_missing
	if [ -z "$missing" ]; then exit 0; fi
	if [ -n "$*" ]; then give_up "missing: $missing."; fi
	if [ -z "$manager" ]; then
		packages=
		give_up "missing: $missing; there is neither apt-get nor" \
			'dnf nor pacman here: install these in your own way.'
	fi
	if [ -n "$packages" ]; then
		resolve_clang
		get_permission
		say "installing: $packages"
		install_by_${manager%-get}
		find_missing
	fi
	if [ -n "$unpackaged" ]; then explain_unpackaged; fi
	if [ -n "$missing" ]; then give_up "still missing: $missing."; fi
	say 'all is there now.'
}

main "$@"
