#!/bin/sh
# includes_test.sh - the arrows of the house run one way.
#
# ARCHITECTURE.md says which folder may include from which.  This test reads
# every #include "..." in the repository and names those that go elsewhere.
set -eu
cd "$(dirname "$0")/../.."

# What the students' code may use of labrpc: what ends there is not theirs.
student_labrpc='labrpc/codec.h labrpc/labrpc.h labrpc/log.h labrpc/random.h
	labrpc/sync.h labrpc/todo.h labrpc/value.h'

# folder: what it may include, itself apart: all headers of a folder (not of
# those in it), or one header
allowed() {
	case $1 in
	labrpc) echo '' ;;
	labrpc/sim) echo labrpc ;;
	labrpc/sim/tests) echo 'labrpc labrpc/sim paxos paxos_messages.h' ;;
	labrpc/tests) echo 'labrpc paxos_messages.h paxos/protocol.h' ;;
	paxos) echo "$student_labrpc paxos_messages.h" ;;
	kvpaxos) echo "$student_labrpc paxos/paxos.h kv_messages.h" ;;
	kvpaxos/daemon) echo 'kvpaxos paxos/paxos.h labrpc kv_messages.h
		kvadmin_messages.h' ;;
	kvpaxos/tests) echo 'kvpaxos paxos labrpc kv_messages.h' ;;
	paxos/tests) echo 'paxos labrpc paxos_messages.h' ;;
	grader) echo 'labrpc control_messages.h' ;;
	grader/host) echo 'grader/control.h grader/referee kvpaxos paxos labrpc
		labrpc/sim/memory_calls.h control_messages.h' ;;
	grader/referee) echo 'paxos/protocol.h labrpc' ;;
	grader/linearizability) echo 'labrpc' ;;
	grader/lincheck) echo 'grader/linearizability' ;;
	grader/host/sim) echo 'grader/host grader/control.h labrpc
		labrpc/sim' ;;
	grader/process) echo 'grader/control.h labrpc' ;;
	grader/judge) echo 'grader/process grader/control.h
		grader/linearizability
		kvpaxos/protocol.h kvpaxos/kvpaxos.h kv_messages.h
		paxos/protocol.h paxos/paxos.h labrpc labrpc/sim/harm.h
		control_messages.h' ;;
	grader/submission) echo 'grader/process/landlock.h' ;;
	grader/suites/*) echo 'grader/judge' ;;
	grader/swarm) echo 'grader/host paxos labrpc labrpc/sim' ;;
	grader/grade) echo 'grader/process/flavour.h labrpc' ;;
	grader/bench) echo 'grader/linearizability kvpaxos paxos labrpc' ;;
	grader/fuzz) echo 'grader/control.h kvpaxos/protocol.h kvpaxos/entry.h
		kvpaxos/daemon/admin.h paxos labrpc control_messages.h' ;;
	handout) echo 'kvpaxos paxos labrpc' ;;
	grader/tests) echo 'grader/control.h grader/grade grader/host
		grader/judge grader/linearizability grader/process
		grader/referee kvpaxos paxos labrpc labrpc/tests
		control_messages.h' ;;
	*) return 1 ;;
	esac
}

# may_include INCLUDE FROM...: one of FROM is it, or its folder
may_include() {
	include=$1
	shift
	for from; do
		case $from in
		"$include" | "${include%/*}") return 0 ;;
		esac
	done
	return 1
}

offences=0
for file in $(find labrpc paxos kvpaxos grader handout \
	-name '*.[ch]' 2> /dev/null | sort); do
	folder=$(dirname "$file")
	case $folder in
	grader/tests/?*) continue ;; # submissions on trial: what they like
	grader/variants/?*) continue ;; # the same, checked as they are built
	labrpc/tests/?*) continue ;; # a stock client: rpcgen's own headers
	esac
	may=$(allowed "$folder") || {
		echo "$folder: ARCHITECTURE.md has no rule for this folder"
		offences=$((offences + 1))
		continue
	}
	for include in $(sed -n 's/^#include "\(.*\)"$/\1/p' "$file"); do
		# shellcheck disable=SC2086 # a list
		may_include "$include" "$folder" $may && continue
		echo "$file: includes \"$include\", which it may not"
		offences=$((offences + 1))
	done
done

# Arrows that nobody has followed yet.
for arrow in labrpc:labrpc/sim/sim.h labrpc:paxos/protocol.h \
	paxos:labrpc/network.h paxos:labrpc/sim/sim.h paxos:kvpaxos/kvpaxos.h \
	kvpaxos:labrpc/tests/echo.h kvpaxos:paxos/peer.h \
	grader/grade:grader/judge/judge.h grader/host:labrpc/sim/sim.h; do
	# shellcheck disable=SC2046 # a list
	may_include "${arrow#*:}" $(allowed "${arrow%%:*}") || continue
	echo "${arrow%%:*} could include \"${arrow#*:}\""
	offences=$((offences + 1))
done

if [ "$offences" -gt 0 ]; then
	echo "$offences includes go against the arrows of ARCHITECTURE.md"
	exit 1
fi
echo "every include follows the arrows of ARCHITECTURE.md"
