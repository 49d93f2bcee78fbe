/*
 * ask.c - requests of the test's own to servers (ask.h).
 *
 * Invariant: every key that is named is noted, so that no clerk is judged by
 * what is in no history.
 *
 * No locks: one thread.
 */
#include "grader/judge/ask.h"

#include <inttypes.h>
#include <stdio.h>

#include "grader/judge/brief.h"
#include "grader/judge/serving.h"
#include "grader/judge/trial.h"
#include "grader/judge/wire.h"
#include "kvpaxos/protocol.h"

/* How often a request is repeated that must be executed. */
#define TRIES_MAX 60

const char *status_name(int status)
{
	switch (status) {
	case NO_REPLY:
		return "no reply";
	case KV_OK:
		return "KV_OK";
	case KV_TOO_LARGE:
		return "KV_TOO_LARGE";
	case KV_NO_CLIENT:
		return "KV_NO_CLIENT";
	case KV_STALE:
		return "KV_STALE";
	case KV_RETRY:
		return "KV_RETRY";
	}
	return "an unknown status";
}

/* Sends ARGS of VALUE_BYTES to SERVER; false if there is no reply. */
static bool call_server(struct cluster *c, int server,
			const struct rpc_proc *proc, const void *args,
			size_t value_bytes, void *reply)
{
	struct ctl_send_args call = {
		.from = asking_node(c),
		.to = server,
		.prog = proc->program,
		.vers = proc->version,
		.proc = proc->number,
	};
	struct ctl_send_reply back;
	bool decoded;

	serving(c);
	require_peer(c, server);
	if (args != NULL)
		call.args = wire_encode(proc->args_codec, args, value_bytes);
	control(c, server, &PROC_CTL_SEND, &call, &back, "a handler");
	value_free(&call.args);
	if (!back.replied)
		return false;
	decoded = wire_decode(proc->reply_codec, back.reply, reply);
	value_free(&back.reply);
	if (!decoded)
		trial_fail_unasked("replies can be decoded", "that of server "
				   "%d to \"%s\" cannot", server, proc->name);
	return true;
}

int ask_open(struct cluster *c, int server, uint64_t *client)
{
	struct kv_open_reply reply = { .status = KV_RETRY };
	int status = call_server(c, server, &PROC_KV_OPEN, NULL, 0, &reply)
			     ? (int)reply.status : NO_REPLY;

	*client = reply.client;
	trial_step("open at server %d -> %s, client %" PRIu64, server,
		   status_name(status), reply.client);
	if (status == KV_OK && reply.client == 0)
		trial_fail_unasked("no client is client 0", "server %d gave "
				   "this number", server);
	return status;
}

int ask_get(struct cluster *c, int server, struct value key,
	    struct value *got)
{
	struct kv_get_args args = { .key = key };
	struct kv_get_reply reply = { .status = KV_RETRY };
	char k[BRIEF_BYTES], v[BRIEF_BYTES];
	int status;

	service_asked(c, key);
	status = call_server(c, server, &PROC_KV_GET, &args, key.len, &reply)
			 ? (int)reply.status : NO_REPLY;
	*got = trial_keep(reply.val);
	trial_step("get(%s) at server %d -> %s, %s", brief(key, k), server,
		   status_name(status), brief(reply.val, v));
	return status;
}

static int ask_write(struct cluster *c, const struct rpc_proc *proc,
		     int server, const struct kv_write_args *args)
{
	struct kv_write_reply reply = { .status = KV_RETRY };
	char k[BRIEF_BYTES], v[BRIEF_BYTES];
	int status;

	service_asked(c, args->key);
	status = call_server(c, server, proc, args,
			     args->key.len + args->val.len, &reply)
			 ? (int)reply.status : NO_REPLY;
	trial_step("%s(%s, %s) at server %d, client %" PRIu64 " number %"
		   PRIu64 " -> %s", proc->name, brief(args->key, k),
		   brief(args->val, v), server, args->client, args->number,
		   status_name(status));
	return status;
}

int ask_put(struct cluster *c, int server, uint64_t client, uint64_t number,
	    struct value key, struct value v)
{
	struct kv_write_args args = { client, number, key, v };

	return ask_write(c, &PROC_KV_PUT, server, &args);
}

int ask_append(struct cluster *c, int server, uint64_t client,
	       uint64_t number, struct value key, struct value v)
{
	struct kv_write_args args = { client, number, key, v };

	return ask_write(c, &PROC_KV_APPEND, server, &args);
}

int ask_close(struct cluster *c, int server, uint64_t client)
{
	struct kv_close_args args = { .client = client };
	struct kv_write_reply reply = { .status = KV_RETRY };
	int status = call_server(c, server, &PROC_KV_CLOSE, &args, 0, &reply)
			     ? (int)reply.status : NO_REPLY;

	trial_step("close at server %d, client %" PRIu64 " -> %s", server,
		   client, status_name(status));
	return status;
}

bool is_answer(int status)
{
	return status != NO_REPLY && status != KV_RETRY;
}

/* Whether to ask again after STATUS, the TRIES-th; ends the test at last. */
static bool ask_again(struct cluster *c, int tries, int status,
		      const char *what)
{
	(void)c;
	if (is_answer(status))
		return false;
	if (tries >= TRIES_MAX)
		trial_fail(NO_SEQ, "a majority of the servers executes a "
			   "request before long", "%s: %s, %d times", what,
			   status_name(status), tries);
	run_for(c, 20);
	return true;
}

uint64_t must_open(struct cluster *c, int server)
{
	uint64_t client;
	int status, tries = 0;

	do
		status = ask_open(c, (server + tries) % c->npeers, &client);
	while (ask_again(c, ++tries, status, "open"));
	expect_status(c, "open", status, KV_OK);
	return client;
}

void must_append(struct cluster *c, int server, uint64_t client,
		 uint64_t number, struct value key, struct value v)
{
	int status, tries = 0;

	do
		status = ask_append(c, (server + tries) % c->npeers, client,
				    number, key, v);
	while (ask_again(c, ++tries, status, "append"));
	expect_status(c, "append", status, KV_OK);
}

struct value must_get(struct cluster *c, int server, struct value key)
{
	struct value got;
	int status, tries = 0;

	do
		status = ask_get(c, (server + tries) % c->npeers, key, &got);
	while (ask_again(c, ++tries, status, "get"));
	expect_status(c, "get", status, KV_OK);
	return got;
}

void expect_status(struct cluster *c, const char *what, int status,
		   int wanted)
{
	char expected[160];

	(void)c;
	if (status == wanted)
		return;
	snprintf(expected, sizeof(expected), "%s is answered %s", what,
		 status_name(wanted));
	trial_fail(NO_SEQ, expected, "%s", status_name(status));
}
