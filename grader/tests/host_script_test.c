/*
 * host_script_test.c - nodes that the judge plays through the host, message by
 * message.
 */
#define _DEFAULT_SOURCE /* personality(), the types of the XDR headers */

#include <rpc/types.h>
#include <rpc/xdr.h>

#include "grader/tests/host_trial.h"

/* Encodes MESSAGE with CODEC, or decodes it from what the judge was given. */
static struct value encode(rpc_codec *codec, void *message)
{
	char bytes[1024];
	XDR xdr;

	xdrmem_create(&xdr, bytes, sizeof(bytes), XDR_ENCODE);
	cr_assert(codec((struct rpc_xdr *)&xdr, message));
	return value_make(bytes, xdr_getpos(&xdr));
}

static void decode(struct value v, rpc_codec *codec, void *message)
{
	XDR xdr;

	xdrmem_create(&xdr, (char *)v.data, (u_int)v.len, XDR_DECODE);
	cr_assert(codec((struct rpc_xdr *)&xdr, message));
	cr_assert(xdr_getpos(&xdr) == v.len, "bytes are left over");
}

/* Takes the next request, which must be PROC's, and decodes it into ARGS. */
static struct ctl_take_reply take(struct host *host, int at,
				  const struct rpc_proc *proc, void *args)
{
	struct ctl_take_args from = { .at = at, .within_ms = PATIENCE_MS / 2 };
	struct ctl_take_reply request;

	call(host, &PROC_CTL_TAKE, &from, &request);
	cr_assert(request.error.len == 0 && request.taken);
	cr_assert(at == CTL_ALL || request.at == at);
	cr_assert(request.prog == proc->program &&
			  request.vers == proc->version &&
			  request.proc == proc->number,
		  "procedure %u came, not %s", request.proc, proc->name);
	decode(request.args, proc->args_codec, args);
	value_free(&request.args);
	return request;
}

static void answer(struct host *host, uint64_t ticket,
		   const struct rpc_proc *proc, void *reply)
{
	struct ctl_answer_args args = {
		.ticket = ticket, .drop = reply == NULL,
	};

	if (reply != NULL)
		args.reply = encode(proc->reply_codec, reply);
	expect_done(host, &PROC_CTL_ANSWER, &args, "");
	value_free(&args.reply);
}

static void play_two_of_three(const char *flavour)
{
	struct host host = start("reference", flavour);
	struct ctl_send_args send = {
		.from = 2, .to = 0, .prog = PAXOS_PROGRAM, .vers = PAXOS_V1,
		.proc = PAXOS_PREPARE,
	};
	struct ctl_send_reply sent;
	struct prepare_args prepare;
	struct prepare_reply promise = { .outcome = OUTCOME_OK };
	struct accept_args accept;
	struct accept_reply accepted = { .outcome = OUTCOME_OK };
	struct decided_args decided;
	struct ctl_take_reply request;
	struct prepare_reply late;

	for (int i = 0; i < PEERS_MAX; i++)
		promise.done[i] = accepted.done[i] = -1;
	open_group(&host, 3, 6, "");
	start_agreement(&host, 0, 5, "mine");

	/* Node 1 promises, node 2 never answers: a majority all the same. */
	request = take(&host, 2, &PROC_PREPARE, &prepare);
	answer(&host, request.ticket, &PROC_PREPARE, NULL);
	request = take(&host, 1, &PROC_PREPARE, &prepare);
	cr_expect(prepare.from == 0 && prepare.seq == 5 && prepare.n >= 1);
	promise.promised = prepare.n;
	answer(&host, request.ticket, &PROC_PREPARE, &promise);
	request = take(&host, 1, &PROC_ACCEPT, &accept);
	cr_expect(accept.seq == 5 && accept.n == prepare.n);
	cr_expect(accept.val.len == 4 && memcmp(accept.val.data, "mine", 4) ==
						 0);
	value_free(&accept.val);
	accepted.promised = accept.n;
	answer(&host, request.ticket, &PROC_ACCEPT, &accepted);
	request = take(&host, 1, &PROC_DECIDED, &decided);
	value_free(&decided.val);
	answer(&host, request.ticket, &PROC_DECIDED, NULL);
	expect_decided(&host, 5, 1, "mine");

	/* Node 2 asks, as a proposer that comes late. */
	prepare.from = 2;
	send.args = encode(PROC_PREPARE.args_codec, &prepare);
	call(&host, &PROC_CTL_SEND, &send, &sent);
	cr_assert(sent.error.len == 0 && sent.replied);
	memset(&late, 0, sizeof(late));
	decode(sent.reply, PROC_PREPARE.reply_codec, &late);
	cr_expect(late.outcome == OUTCOME_DECIDED && late.val.len == 4);
	value_free(&late.val);
	value_free(&sent.reply);

	/* What is no message, or goes to no procedure, has no reply. */
	send.args.len = 4;
	call(&host, &PROC_CTL_SEND, &send, &sent);
	cr_expect(sent.error.len == 0 && !sent.replied);
	send.vers = 99;
	call(&host, &PROC_CTL_SEND, &send, &sent);
	cr_expect(sent.error.len == 0 && !sent.replied);
	value_free(&send.args);
	end(&host);
}

Test(host_script, lets_the_judge_play_nodes)
{
	for (int i = 0; flavours[i] != NULL; i++)
		play_two_of_three(flavours[i]);
}
