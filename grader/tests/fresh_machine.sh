#!/bin/bash
# fresh_machine.sh - does the lab work on a machine that has nothing?
#
#     grader/tests/fresh_machine.sh [option...] bookworm|trixie root|user
#                                   [target...]
#
# Unpacks a bare Debian (minbase, git and make; sudo for `user`) into a folder,
# clones this repository into it and runs `make target` there for each target
# (grade and test if none is named), as root or as an ordinary user who may
# use sudo without a password.  Prints each one's result and time; exits 1 if
# one failed.
#
#     --work-tree      the work tree as it is, instead of the last commit
#     --terminal       give make a terminal and answer its question with Y
#     --no-lists       without package lists, as in a container image
#     --sh             the targets are shell commands instead
#     --cache=FOLDER   where bare systems are kept and unpacked
#                      (FRESH_CACHE, or else /var/tmp/paxos-lab-fresh)
#     --new            make the bare system anew, although one is kept
#     --keep           leave the folder behind, and say where
#
# For maintainers, as root, on a Debian with debootstrap.  The mirror is the
# one that this machine's apt uses; a proxy set there is used, too.  All mounts
# are made in a mount namespace of our own: they are gone with it, so nothing
# outside can be reached through them when the folder is removed.

set -euo pipefail

die() {
	echo "fresh_machine: $*" >&2
	exit 2
}

usage() {
	sed -n '4,5s/^# *//p' "$0" >&2
	exit 2
}

# The mirror of Debian proper among this machine's package sources.
find_mirror() {
	# shellcheck disable=SC2016 # apt-get's own variables
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' |
		awk '$2 !~ /[-\/]/ && $1 !~ /security/ { print $1; exit }'
}

find_proxy() {
	local proxy=
	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	echo "$proxy"
}

make_bare_system() {
	local mirror proxy tree
	mirror=$(find_mirror)
	[ -n "$mirror" ] || die "apt knows no Debian mirror here"
	proxy=$(find_proxy)
	tree=$(mktemp -d "$cache/bootstrap.XXXXXX")
	chmod 755 "$tree"
	echo "bootstrapping $release (a minute or so)"
	if ! http_proxy=${proxy:-${http_proxy:-}} debootstrap \
		--variant=minbase --include=git,make,sudo \
		"$release" "$tree" "$mirror" >"$cache/$release.log" 2>&1
	then
		tail -n 20 "$cache/$release.log"
		rm -rf --one-file-system "$tree"
		die "debootstrap failed; all it said is in $cache/$release.log"
	fi
	if [ -n "$proxy" ]; then
		echo "Acquire::http::Proxy \"$proxy\";" \
			>"$tree/etc/apt/apt.conf.d/proxy"
	fi
	tar -C "$tree" --one-file-system -cf "$tarball.part" .
	mv "$tarball.part" "$tarball"
	rm -rf --one-file-system "$tree"
}

# Puts the repository into the system at $tree, in $home/paxos-lab.
copy_repository() {
	local source copy=$tree$home/paxos-lab
	source=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
	if [ $work_tree = no ]; then
		git clone --quiet --no-hardlinks "$source" "$copy"
		return
	fi
	mkdir "$copy"
	git -C "$source" ls-files -z --cached --others --exclude-standard |
		(cd "$source" && tar --null --ignore-failed-read \
			--files-from=- -cf - 2>/dev/null) |
		tar -C "$copy" --no-same-owner -xf -
	git -C "$copy" init --quiet
	git -C "$copy" add --all
	git -C "$copy" -c user.name=trial -c user.email=trial@localhost \
		commit --quiet --message='the work tree'
}

prepare_tree() {
	tar -C "$tree" -xf "$tarball"
	cp /etc/resolv.conf "$tree/etc/resolv.conf"
	echo fresh >"$tree/etc/hostname"
	echo "127.0.0.1 localhost $(hostname)" >"$tree/etc/hosts"
	if [ $no_lists = yes ]; then rm -r "$tree"/var/lib/apt/lists/*; fi
	if [ "$who" = root ]; then
		SUDO_FORCE_REMOVE=yes \
			chroot "$tree" dpkg --purge sudo >/dev/null 2>&1
		copy_repository
		return
	fi
	chroot "$tree" useradd --create-home --shell /bin/sh student
	echo 'student ALL=(ALL) NOPASSWD: ALL' >"$tree/etc/sudoers.d/student"
	copy_repository
	chroot "$tree" chown -R student: "$home/paxos-lab"
}

# In the namespaces of inside(): what a booted system would have mounted.
mount_all() {
	mount -t proc proc "$tree/proc"
	mount -t tmpfs -o mode=755,size=1m dev "$tree/dev"
	local node
	for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' \
		'urandom 1 9' 'tty 5 0'
	do
		# shellcheck disable=SC2086 # name, major, minor
		set -- $node
		mknod -m 666 "$tree/dev/$1" c "$2" "$3"
	done
	ln -s /proc/self/fd "$tree/dev/fd"
	ln -s fd/0 "$tree/dev/stdin"
	ln -s fd/1 "$tree/dev/stdout"
	ln -s fd/2 "$tree/dev/stderr"
	mkdir "$tree/dev/pts" "$tree/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 \
		devpts "$tree/dev/pts"
	ln -s pts/ptmx "$tree/dev/ptmx"
	mount -t tmpfs -o mode=1777 shm "$tree/dev/shm"
	mount -t tmpfs -o mode=1777 tmp "$tree/tmp"
}

# Runs one shell command in the tree, with nothing in its environment that a
# fresh log-in would not have.
in_tree() {
	local user=root command=$1
	if [ "$who" = user ]; then user=student; fi
	if [ $terminal = yes ]; then
		command="echo Y | script -qec $(printf %q "$1") /dev/null"
	fi
	env -i HOME="$home" USER=$user LOGNAME=$user SHELL=/bin/sh TERM=dumb \
		PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
		chroot --userspec=$user: "$tree" \
		/bin/sh -c "cd ~/paxos-lab && $command" </dev/null
}

# As the first process of namespaces of its own; whatever a target leaves
# running ends with it.
inside() {
	local target status=0 began took
	mount_all
	for target in "${targets[@]}"; do
		if [ $sh = no ]; then target="make $target"; fi
		echo "== $release, $who: $target"
		began=$SECONDS
		if in_tree "$target"; then took=ok; else
			took="FAILED ($?)"
			status=1
		fi
		took="$took, $((SECONDS - began)) s"
		summary+=("$release, $who: $target: $took")
	done
	printf '== %s\n' "${summary[@]}" \
		"$release, $who: the system has grown to $(size_of "$tree")"
	return $status
}

size_of() {
	du -xsh "$1" | cut -f1
}

remove_tree() {
	if [ $keep = yes ]; then
		echo "left behind: $tree"
	else
		rm -rf --one-file-system "$tree"
	fi
}

work_tree=no terminal=no no_lists=no sh=no new=no keep=no
cache=${FRESH_CACHE:-/var/tmp/paxos-lab-fresh}
arguments=("$@")
summary=()
while [ $# -gt 0 ]; do
	case $1 in
	--work-tree) work_tree=yes ;;
	--terminal) terminal=yes ;;
	--no-lists) no_lists=yes ;;
	--sh) sh=yes ;;
	--new) new=yes ;;
	--keep) keep=yes ;;
	--cache=*) cache=${1#*=} ;;
	-*) die "unknown option: $1" ;;
	*) break ;;
	esac
	shift
done
[ $# -ge 2 ] || usage
release=$1 who=$2
shift 2
case $release in bookworm | trixie) ;; *) die "not a release: $release" ;; esac
case $who in
root) home=/root ;;
user) home=/home/student ;;
*) die "neither root nor user: $who" ;;
esac
targets=("$@")
if [ $# -eq 0 ]; then targets=(grade test); fi
if [ -n "${FRESH_TREE:-}" ]; then
	tree=$FRESH_TREE
	inside
	exit
fi

[ "$(id -u)" -eq 0 ] || die "this must be run as root"
for tool in debootstrap unshare git apt-get; do
	command -v $tool >/dev/null || die "there is no $tool here"
done
tarball=$cache/$release.tar
mkdir -p "$cache"
if [ $new = yes ] || [ ! -e "$tarball" ]; then make_bare_system; fi
tree=$(mktemp -d "$cache/$release-$who.XXXXXX")
trap remove_tree EXIT
trap 'exit 130' INT TERM HUP
prepare_tree
echo "== $release, $who: a bare system of $(size_of "$tree")"
FRESH_TREE=$tree unshare --mount --pid --ipc --fork --kill-child \
	--propagation private "$0" "${arguments[@]}"
