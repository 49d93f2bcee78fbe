/*
 * admin.h - the procedures of kvadmin.x, and what the programs kvpaxosd and
 * kvctl have in common: the list of the replicas' sockets.
 *
 * Threads: constants, and functions without state.  Memory: each function
 * says.  Errors: each function says.
 */
#ifndef KVPAXOS_DAEMON_ADMIN_H
#define KVPAXOS_DAEMON_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

#include "kv_messages.h"
#include "kvadmin_messages.h" /* made from kvadmin.x by rpcgen */
#include "labrpc/labrpc.h"

extern const struct rpc_proc PROC_KVADMIN_STATE;
extern const struct rpc_proc PROC_KVADMIN_CUT;
extern const struct rpc_proc PROC_KVADMIN_HEAL;

/* The longest path of a socket, with its NUL. */
#define SOCKET_PATH_BYTES 108

/* The sockets of all replicas, in their order. */
struct sockets {
	int n;
	char path[KV_SERVERS_MAX][SOCKET_PATH_BYTES];
};

/*
 * Reads LIST, paths with commas between them.  False with what is wrong in
 * WHY of WHY_SIZE bytes.
 */
bool sockets_parse(struct sockets *s, const char *list, char *why,
		   size_t why_size);

/*
 * Beside its socket a replica keeps a file, made before it says a word and
 * left for good: who finds it has run before.  Writes its path to MARK.
 */
#define MARK_PATH_BYTES (SOCKET_PATH_BYTES + 8)
void mark_path(char mark[MARK_PATH_BYTES], const char *socket);

#endif
