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

/* Fires COUNT prepares of rising ballots from node 2 at peer TO, two at a
 * time, and expects ERROR, or COUNT replies if it is empty. */
static void fire(struct host *host, int count, int to, const char *error)
{
	struct prepare_args prepare = { .from = 2, .seq = 9 };
	struct ctl_volley_args args = { .lanes = 2, .count = count };
	struct ctl_volley_reply reply;
	char bytes[4096];
	XDR xdr = { .x_op = XDR_ENCODE };

	xdrmem_create(&xdr, bytes, sizeof(bytes), XDR_ENCODE);
	for (int i = 0; i < count; i++) {
		struct ctl_send_args one = {
			.from = 2, .to = to, .prog = PAXOS_PROGRAM,
			.vers = PAXOS_V1, .proc = PAXOS_PREPARE,
		};

		prepare.n = i + 1;
		one.args = encode(PROC_PREPARE.args_codec, &prepare);
		cr_assert(PROC_CTL_SEND.args_codec((struct rpc_xdr *)&xdr,
						   &one));
		value_free(&one.args);
	}
	args.calls = value_make(bytes, xdr_getpos(&xdr));
	call(host, &PROC_CTL_VOLLEY, &args, &reply);
	cr_expect(reply.error.len == strlen(error) &&
		  (reply.error.len == 0 ||
		   memcmp(reply.error.data, error, reply.error.len) == 0),
		  "%.*s", (int)reply.error.len,
		  (const char *)reply.error.data);
	xdrmem_create(&xdr, (char *)reply.replies.data,
		      (u_int)reply.replies.len, XDR_DECODE);
	for (int i = 0; i < count && error[0] == '\0'; i++) {
		struct ctl_send_reply one = { .replied = 0 };

		cr_assert(PROC_CTL_SEND.reply_codec((struct rpc_xdr *)&xdr,
						    &one));
		cr_expect(one.replied && one.error.len == 0);
		value_free(&one.error);
		value_free(&one.reply);
	}
	value_free(&args.calls);
	value_free(&reply.error);
	value_free(&reply.replies);
}

Test(host_script, fires_volleys)
{
	struct host host = start("reference", "plain");

	open_group(&host, 3, 6, "");
	fire(&host, 6, 0, "");
	fire(&host, 6, 3, "call 0 of a volley goes from node 2 to node 3");
	fire(&host, 3, 0, "a volley of 3 calls in 2 lanes");
	fire(&host, 4, 0, "");
	end(&host);
}

/* Which procedure node 1 sees next after it promised later than a call waits
 * by itself. */
static uint32_t next_after_late_promise(const char *option)
{
	struct ctl_run_args late = { .ms = RPC_TIMEOUT_MS + 500 };
	struct ctl_take_args from = { .at = 1, .within_ms = PATIENCE_MS / 2 };
	struct prepare_reply promise = { .outcome = OUTCOME_OK };
	struct ctl_take_reply request;
	struct prepare_args prepare;
	struct host host;

	host_option = option;
	host = start("reference", "plain");
	for (int i = 0; i < PEERS_MAX; i++)
		promise.done[i] = -1;
	open_group(&host, 3, 6, "");
	start_agreement(&host, 0, 5, "mine");
	request = take(&host, 1, &PROC_PREPARE, &prepare);
	expect_done(&host, &PROC_CTL_RUN, &late, "");
	promise.promised = prepare.n;
	answer(&host, request.ticket, &PROC_PREPARE, &promise);
	call(&host, &PROC_CTL_TAKE, &from, &request);
	cr_assert(request.error.len == 0 && request.taken);
	value_free(&request.args);
	end(&host);
	return request.proc;
}

/* Where a checker makes all slow, calls wait longer. */
Test(host_script, calls_wait_as_long_as_they_are_told)
{
	cr_expect_eq(next_after_late_promise(NULL), PAXOS_PREPARE);
	cr_expect_eq(next_after_late_promise("--patience=20"), PAXOS_ACCEPT);
}
