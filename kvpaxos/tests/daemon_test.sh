#!/bin/sh
# daemon_test.sh - replicas as processes, and kvctl: nothing that was
# acknowledged is lost while a majority lives.
#
# 1. Three replicas: put, get, append, of any bytes; input that cannot be read
#    and output that cannot be written; a replica is cut off, and healed.
# 2. Without a majority kvctl says so, and a replica does not come back.
# 3. Words and exit statuses of wrong usage.
# 4. Of five replicas two are killed by SIGKILL, one after the other, while
#    clients append: what kvctl reported as done is there, once and in order.
# 5. `make cluster` says how to talk to it, and leaves nothing behind, however
#    it ends.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C

tools=${TOOLCHAIN:-build/gcc}-plain
dir=$(mktemp -d "${TMPDIR:-/tmp}/daemon_test.XXXXXX") || exit 2
pids=
clean_up() {
	# shellcheck disable=SC2086 # several processes
	[ -z "$pids" ] || kill -9 $pids 2> /dev/null
	rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

die() {
	echo "FAILED: $*" >&2
	[ ! -s "$dir/err" ] || cat "$dir/err" >&2
	exit 1
}

ctl() { # ARGUMENT...
	"$tools/kvctl" "--wait=${wait_s:-60}" "$@" 2> "$dir/err"
}

ctl_raw() { # ARGUMENT...
	"$tools/kvctl" ${wait_s:+"--wait=$wait_s"} "$@"
}

# gives STATUS PATTERN COMMAND...: how a command must end, and what it says
gives() {
	want=$1 pattern=$2
	shift 2
	got=0
	"$@" > "$dir/out" 2> "$dir/err" < /dev/null || got=$?
	[ $got -eq "$want" ] || die "$*: exit status $got, not $want"
	cat "$dir/out" "$dir/err" | grep -q "$pattern" ||
		die "$*: does not say '$pattern'"
}

# until_true SECONDS COMMAND...: waits that COMMAND succeeds; a bound on what
# hangs, far above what anything needs
until_true() {
	tries=$(($1 * 10))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || die "waited in vain: $*"
		sleep 0.1
	done
}

start() { # NUMBER
	: > "$dir/log.$1"
	"$tools/kvpaxosd" "--peers=$KV_SERVERS" "--me=$1" \
		> "$dir/log.$1" 2>&1 &
	pids="$pids $!"
	eval "pid_$1=$!"
	until_true 60 grep -q 'runs as process' "$dir/log.$1"
}

export KV_SERVERS="$dir/0,$dir/1,$dir/2"
start 0
start 1
start 2

# ---- 1. three replicas ---------------------------------------------------

ctl put greeting hello || die 'put'
ctl append greeting ', world' || die 'append'
[ "$(ctl get greeting)" = 'hello, world' ] || die 'get'
[ -z "$(ctl get nothing)" ] || die 'get of what is not there'
head -c 100000 /dev/urandom > "$dir/bytes"
ctl put bytes < "$dir/bytes" || die 'put of the standard input'
ctl get bytes > "$dir/same" || die 'get of bytes'
cmp "$dir/bytes" "$dir/same" || die 'other bytes came back'
gives 0 'replica 2 .* process' ctl status
gives 0 ' [1-9][0-9]* of [1-9][0-9]* log entries decided' ctl status

ctl put greeting < "$dir"
[ $? -eq 4 ] || die 'a folder as standard input: not exit status 4'
[ "$(ctl get greeting)" = 'hello, world' ] || die 'it was put all the same'
ctl put greeting <&-
[ $? -eq 4 ] || die 'no standard input: not exit status 4'
for command in 'get greeting' 'get bytes' status heal --help; do
	# shellcheck disable=SC2086 # a command and its argument
	ctl $command > /dev/full
	[ $? -eq 4 ] || die "$command, output full: not exit status 4"
done

gives 0 '^told 0, 1, 2: replica 1 is cut off$' ctl cut 1
ctl append greeting '!' || die 'append, 1 being cut off'
(
	KV_SERVERS=$dir/1
	wait_s=1
	ctl get greeting > "$dir/out" && die 'a replica alone answers'
	[ $? -eq 3 ] && [ ! -s "$dir/out" ]
) || die 'a replica alone: not exit status 3'
gives 0 'replica 1 .* cut off from 0, 2' ctl status
gives 0 '^told 0, 1, 2: all lines are whole$' ctl heal
[ "$(KV_SERVERS=$dir/1 ctl get greeting)" = 'hello, world!' ] ||
	die 'a healed replica has missed something'

# A replica has its number wherever it is named, and says it.
KV_SERVERS="$dir/2,$dir/0,$dir/1" ctl status > "$dir/out" || die 'status'
[ "$(sed 's/  .*//' "$dir/out" | tr '\n' ' ')" = \
	'replica 2 replica 0 replica 1 ' ] || die 'status has other numbers'
(
	KV_SERVERS=$dir/1
	gives 3 'told 1: replica 2 is cut off, in part' ctl cut 2
	gives 3 'of 3 replicas 1 are named' ctl heal
	gives 2 'there is no replica 3' ctl cut 3
) || exit 1

# One that does not answer has done nothing, and is not waited for.
# shellcheck disable=SC2154 # start sets it
kill -STOP "$pid_2"
gives 3 'told 0, 1: replica 1 is cut off, in part' ctl cut 1
grep -q 'replica 2  no answer at' "$dir/err" || die 'not who was not told'
gives 3 '1 could not be told: what was cut from there still is' ctl heal
kill -CONT "$pid_2"
gives 0 'all lines are whole$' ctl heal

ctl put -- --key one && ctl put -key two || die 'put of an odd key'
[ "$(ctl get -- --key) $(ctl get -key)" = 'one two' ] || die 'odd keys'
[ "$(ctl -- get -- --key)" = one ] || die '-- before the command'
ctl put k -- --value 2> /dev/null && die 'three words behind the key'
gives 1 'at most 1024 bytes, this one has 1025' ctl get "$(printf %01025d 0)"
gives 1 'this value has more' sh -c 'head -c 1048577 /dev/zero |
	"$0" put k' "$tools/kvctl"
head -c 1048576 /dev/zero | ctl put k || die 'the largest value'
gives 1 'with these 1 this one' ctl append k x

# shellcheck disable=SC2154 # start sets it
kill -9 "$pid_0"
[ "$(ctl get greeting)" = 'hello, world!' ] || die 'a value is lost'
gives 0 'replica 0  has ended' ctl status
gives 1 'nothing was done, replica 0 has ended' ctl cut 0
gives 0 '^told 1, 2: replica 1 is cut off$' ctl cut 1
gives 0 '^told 1, 2: all lines are whole$' ctl heal
echo 'three replicas: nothing is lost'

# ---- 2. no majority ------------------------------------------------------

gives 1 'forgotten what it promised' "$tools/kvpaxosd" \
	"--peers=$KV_SERVERS" --me=0
# shellcheck disable=SC2154
kill -TERM "$pid_1" || die 'replica 1 has gone'
wait "$pid_1" || die "replica 1: exit status $? after SIGTERM"
gives 1 'forgotten what it promised' "$tools/kvpaxosd" \
	"--peers=$KV_SERVERS" --me=1
: > "$dir/file"
for _ in once again; do # it leaves no mark where it did not run
	gives 1 'file: File exists' "$tools/kvpaxosd" "--peers=$dir/file" \
		--me=0
done
wait_s=1
gives 3 'no answer within 1 s' ctl_raw put a b
grep -q 'replica 1  has ended' "$dir/err" || die 'not who does not answer'
gives 3 'replica 1  has ended' ctl status
echo 'no majority: no answer, and no way back'

# ---- 3. wrong usage ------------------------------------------------------

unset wait_s
gives 0 '  0  done' ctl_raw --help
gives 2 'what is to be done' ctl_raw
gives 2 'put is followed by KEY \[VALUE\]' ctl_raw put
gives 2 'heal is followed by nothing' ctl_raw heal 1
gives 2 'no such command: set' ctl_raw set k v
gives 2 'another -- before a key like --wait' ctl_raw get --wait=3
gives 3 'nothing was sent' ctl_raw "--servers=$dir/none" put k v
gives 3 "there is no socket $dir/none" ctl_raw "--servers=$dir/none" status
gives 3 'nothing was done, nobody' ctl_raw "--servers=$dir/none" heal
gives 2 'unknown option: --server' ctl_raw --server get k
gives 2 'there is no replica 3' ctl_raw cut 3
gives 2 'a socket is named twice' ctl_raw --servers=a,a get k
gives 2 'too long' ctl_raw "--servers=$(printf '%0200d' 0)" get k
gives 2 'Neither' env -u KV_SERVERS "$tools/kvctl" get k
gives 2 'missing: --me' "$tools/kvpaxosd" --peers=a,b
gives 2 'not the number of one' "$tools/kvpaxosd" --peers=a,b --me=2
gives 2 'not the number of one' "$tools/kvpaxosd" --peers=a,b --me=4294967297
echo 'wrong usage is explained'

# ---- 4. killed in the midst of appends -----------------------------------

# Client NAME appends <NAME.1>, <NAME.2>, ... until there are enough, and
# notes each that was done before it begins the next.
append_on() { # NAME
	i=0
	until [ -e "$round/enough" ]; do
		i=$((i + 1))
		"$tools/kvctl" --wait=600 append list "<$1.$i>" || return
		echo "<$1.$i>" >> "$round/done.$1"
	done
}

done_since() { # COUNT: so many more appends are done, by each client
	for name in a b c; do
		[ "$(wc -l < "$round/done.$name")" -ge \
			$(($(cat "$round/seen.$name") + $1)) ] || return
	done
}

look() { # notes how many are done now
	for name in a b c; do
		wc -l < "$round/done.$name" > "$round/seen.$name"
	done
}

# Whenever a kill comes, each client is between two notes: what it appends
# then may be anywhere.
kill_two() { # FIRST SECOND
	for i in 0 1 2 3 4; do
		start $i
	done
	clients=
	for name in a b c; do
		: > "$round/done.$name"
		append_on $name 2> "$round/err.$name" &
		clients="$clients $!"
	done
	pids="$pids$clients"
	look
	for victim in "$1" "$2"; do
		until_true 600 done_since 3
		eval "kill -9 \$pid_$victim"
		look
	done
	until_true 600 done_since 3
	: > "$round/enough"
	for client in $clients; do
		wait "$client" || die "an append: $(cat "$round"/err.*)"
	done
}

# The list is LIST: what all clients noted, of each in its order, no more.
compare() { # LIST
	echo "$1" | sed 's/></>\n</g' > "$round/all"
	for name in a b c; do
		grep "^<$name\." "$round/all" |
			cmp - "$round/done.$name" || die "client $name: $1"
	done
	cat "$round"/done.? | sort > "$round/done"
	sort "$round/all" | cmp - "$round/done" || die "too much: $1"
}

# Clients ask 0 first, and 1 when 0 has gone.
for victims in '0 1' '1 0' '0 4' '3 0'; do
	round=$dir/${victims% *}${victims#* }
	mkdir "$round"
	KV_SERVERS="$round/0,$round/1,$round/2,$round/3,$round/4"
	# shellcheck disable=SC2086 # two numbers
	kill_two $victims
	compare "$(ctl get list)"
	# shellcheck disable=SC2086 # several processes
	kill -9 $pids 2> /dev/null
	pids=
done
echo 'killed in the midst of appends: all is there, once and in order'

# ---- 5. make cluster -----------------------------------------------------

# Starts the three replicas of make cluster, for ctl to talk to.
start_cluster() {
	: > "$dir/cluster" # what an earlier one has said is not its word
	kvpaxos/daemon/cluster.sh "$tools/kvpaxosd" "$PWD/$tools/kvctl" 3 \
		> "$dir/cluster" 2>&1 &
	cluster=$!
	pids="$pids $cluster"
	until_true 60 grep -q 'Ctrl-C' "$dir/cluster"
	KV_SERVERS=$(sed -n 's/ *export KV_SERVERS=//p' "$dir/cluster")
}

start_cluster
ctl put k v && [ "$(ctl get k)" = v ] || die 'the cluster does not answer'
kill -TERM $cluster
wait $cluster
[ ! -e "$(dirname "${KV_SERVERS%%,*}")" ] || die 'the cluster leaves a folder'

# Who cannot say goodbye takes the replicas and the folder with it, too.
start_cluster
ctl status > "$dir/out" || die 'the cluster does not answer'
kill -KILL $cluster
for replica in $(sed 's/.*process \([0-9]*\) .*/\1/' "$dir/out"); do
	until_true 60 eval "! kill -0 $replica 2> /dev/null"
done
until_true 60 [ ! -e "$(dirname "${KV_SERVERS%%,*}")" ]
gives 2 'there can be 1 to 9' kvpaxos/daemon/cluster.sh x y 10
printf '#!/bin/sh\necho no room for it >&2\nexit 1\n' > "$dir/kvpaxosd"
chmod +x "$dir/kvpaxosd"
gives 1 'no room for it' kvpaxos/daemon/cluster.sh "$dir/kvpaxosd" y 1
echo 'make cluster runs, and goes'
