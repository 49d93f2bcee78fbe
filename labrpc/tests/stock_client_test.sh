#!/bin/sh
# stock_client_test.sh - a client that rpcgen made of paxos.x, linked with
# libtirpc, calls a running peer.
#
# Nothing of labrpc is in the client but the type `value`.  Environment:
# TOOLCHAIN and CC as the Makefile sets them.
set -eu
cd "$(dirname "$0")/../.."

cc=${CC:-gcc}
built=${TOOLCHAIN:-build/gcc}-plain
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp paxos/paxos.x "$work/paxos_stock.x"
(
	cd "$work"
	rpcgen -C -N -M -h -o paxos_stock.h paxos_stock.x
	rpcgen -C -N -M -c -o paxos_stock_xdr.c paxos_stock.x
	rpcgen -C -N -M -l -o paxos_stock_clnt.c paxos_stock.x
)

# What rpcgen writes is compiled as it is, without our warnings.
$cc -w -D_DEFAULT_SOURCE -I. -I"$work" -isystem /usr/include/tirpc \
	-o "$work/client" labrpc/tests/stock_client/client.c \
	"$work/paxos_stock_xdr.c" "$work/paxos_stock_clnt.c" \
	labrpc/xdr_value.c labrpc/value.c labrpc/fatal.c -ltirpc

$cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -pthread \
	-I. -Ibuild/gen -o "$work/peer" labrpc/tests/stock_client/peer.c \
	"$built"/paxos/*.o "$built/gen/paxos_messages.o" \
	"$built/liblabrpc.a" -ltirpc

"$work/peer" "$work/socket" "$work/client"
echo 'a client of libtirpc and a peer of labrpc understand each other'
