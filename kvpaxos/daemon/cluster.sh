#!/bin/sh
# cluster.sh - a service of N replicas in this terminal: what `make cluster`
# runs.
#
#     cluster.sh KVPAXOSD KVCTL N
#
# Says how to talk to them, and goes on until Ctrl-C.  Their sockets lie in a
# private folder, which is removed at the end.  The replicas, and what removes
# the folder, read from a pipe that this script alone holds open: so they end
# with it, however it ends.
set -eu

kvpaxosd=$1 kvctl=$2 n=$3
case $n in
'' | *[!0-9]* | 0 | ??*)
	echo "N=$n: there can be 1 to 9 replicas" >&2
	exit 2
	;;
esac

dir=$(mktemp -d /tmp/kv.XXXXXX)
mkfifo "$dir/lives"
exec 3<> "$dir/lives" # to open one end only would wait for the other
clean_up() { # replicas may still put something there
	exec 3>&- # not in the call, beyond which the shell would keep it
	trap '' INT TERM HUP QUIT
	cat > /dev/null
	until rm -rf "$dir" 2> /dev/null; do sleep 0.05; done
}
clean_up < "$dir/lives" &

pids=
finish() {
	trap - EXIT INT TERM HUP QUIT
	# shellcheck disable=SC2086 # several processes
	[ -z "$pids" ] || kill $pids 2> /dev/null || :
	exec 3>&-
	wait
}
trap finish EXIT
trap 'finish; exit 0' INT TERM HUP QUIT

sockets=$dir/0
i=1
while [ "$i" -lt "$n" ]; do
	sockets=$sockets,$dir/$i
	i=$((i + 1))
done

watch_one() { # NUMBER: says so when it ends
	exec 3>&-
	"$kvpaxosd" "--peers=$sockets" "--me=$1" --until-eof <&4 2>&5 &
	pid=$!
	echo $pid > "$dir/pid.$1"
	trap 'kill $pid 2> /dev/null; wait; exit' INT TERM QUIT
	status=0
	wait $pid 2> /dev/null || status=$?
	if [ "$status" -gt 128 ]; then
		echo "replica $1 was killed by signal $((status - 128))"
	else
		echo "replica $1 has ended (exit status $status)"
	fi
	: > "$dir/ended.$1"
}

i=0
while [ "$i" -lt "$n" ]; do
	# Of the shell no word, how a replica has ended is told already.
	watch_one "$i" 4< "$dir/lives" 5>&2 2> /dev/null &
	pids="$pids $!"
	i=$((i + 1))
done
i=0
while [ "$i" -lt "$n" ]; do
	tries=0
	until [ -S "$dir/$i" ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] && [ ! -e "$dir/ended.$i" ] || {
			echo "replica $i did not start" >&2
			exit 1
		}
		sleep 0.05
	done
	i=$((i + 1))
done

case $kvctl in
*[!A-Za-z0-9/._+-]*) kvctl="\"'$kvctl'\"" ;; # an alias is read twice
esac
replicas='1 replica of your service runs'
[ "$n" -eq 1 ] || replicas="$n replicas of your service run"

cat << END

$replicas here.  In another terminal, type

    export KV_SERVERS=$sockets
    alias kvctl=$kvctl

and then

    kvctl put greeting hello      kvctl append greeting ', world'
    kvctl get greeting            kvctl status
END
if [ "$n" -gt 1 ]; then
	cat << END
    kvctl cut 1                   cuts replica 1 off from the others
    kvctl heal                    and back again
END
fi
printf '    %-29s kills replica 0, for good\n' "kill -9 $(cat "$dir/pid.0")"
printf '\nCtrl-C here ends everything.\n\n'
wait
