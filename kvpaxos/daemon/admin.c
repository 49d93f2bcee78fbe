/*
 * admin.c - see admin.h.
 */
#define _DEFAULT_SOURCE 1 /* for codec.h */

#include "kvpaxos/daemon/admin.h"

#include <stdio.h>
#include <string.h>

#include "labrpc/codec.h"

CODEC(kvadmin_state)
CODEC(kvadmin_cut_args)
CODEC(kvadmin_done)

const struct rpc_proc PROC_KVADMIN_STATE = {
	.name = "state",
	.program = KVADMIN_PROGRAM,
	.version = KVADMIN_V1,
	.number = KVADMIN_STATE,
	.reply_size = sizeof(struct kvadmin_state),
	.reply_codec = codec_kvadmin_state,
};

const struct rpc_proc PROC_KVADMIN_CUT = {
	.name = "cut",
	.program = KVADMIN_PROGRAM,
	.version = KVADMIN_V1,
	.number = KVADMIN_CUT,
	.args_size = sizeof(struct kvadmin_cut_args),
	.reply_size = sizeof(struct kvadmin_done),
	.args_codec = codec_kvadmin_cut_args,
	.reply_codec = codec_kvadmin_done,
};

const struct rpc_proc PROC_KVADMIN_HEAL = {
	.name = "heal",
	.program = KVADMIN_PROGRAM,
	.version = KVADMIN_V1,
	.number = KVADMIN_HEAL,
	.reply_size = sizeof(struct kvadmin_done),
	.reply_codec = codec_kvadmin_done,
};

static bool wrong(char *why, size_t why_size, const char *what,
		  const char *which, size_t len)
{
	snprintf(why, why_size, "%s: \"%.*s\"", what, (int)len, which);
	return false;
}

bool sockets_parse(struct sockets *s, const char *list, char *why,
		   size_t why_size)
{
	const char *at = list;

	s->n = 0;
	for (;;) {
		size_t len = strcspn(at, ",");

		if (s->n == KV_SERVERS_MAX) {
			snprintf(why, why_size, "more than %d sockets",
				 KV_SERVERS_MAX);
			return false;
		}
		if (len == 0)
			return wrong(why, why_size, "a path is missing in",
				     list, strlen(list));
		if (len >= SOCKET_PATH_BYTES)
			return wrong(why, why_size, "this path of a socket is "
				     "too long", at, len);
		memcpy(s->path[s->n], at, len);
		s->path[s->n][len] = '\0';
		for (int i = 0; i < s->n; i++)
			if (strcmp(s->path[i], s->path[s->n]) == 0)
				return wrong(why, why_size, "a socket is "
					     "named twice", at, len);
		s->n++;
		if (at[len] == '\0')
			return true;
		at += len + 1;
	}
}

void mark_path(char mark[MARK_PATH_BYTES], const char *socket)
{
	snprintf(mark, MARK_PATH_BYTES, "%s.ran", socket);
}
