/*
 * dispatch.c - finding the handler of a call, and running it.
 *
 * Invariant: the arguments, the values in them and the reply live in memory
 * that was allocated for this one call and is overwritten and freed after it,
 * so that a handler that keeps a pointer is found out by every memory checker
 * and, without one, reads rubbish.
 */
#include "labrpc/dispatch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/call_id.h"
#include "labrpc/fatal.h"
#include "labrpc/log.h"
#include "labrpc/log_call.h"
#include "labrpc/message.h"
#include "labrpc/scribble.h"

struct served {
	const struct rpc_proc *proc;
	rpc_handler *handler;
	void *context;
};

void dispatch_init(struct dispatch *dispatch, dispatch_look *look)
{
	dispatch->look = look;
	dispatch->list = NULL;
	dispatch->n = 0;
}

void dispatch_deinit(struct dispatch *dispatch)
{
	free(dispatch->list);
}

/* The procedure that CALL names, or NULL. */
static const struct served *find(const struct dispatch *dispatch,
				 uint32_t program, uint32_t version,
				 uint32_t number)
{
	int i;

	for (i = 0; i < dispatch->n; i++) {
		const struct rpc_proc *proc = dispatch->list[i].proc;

		if (proc->number == number && proc->version == version &&
		    proc->program == program)
			return &dispatch->list[i];
	}
	return NULL;
}

void dispatch_add(struct dispatch *dispatch, const struct rpc_proc *proc,
		  rpc_handler *handler, void *context)
{
	size_t n = (size_t)dispatch->n + 1;
	struct served *list;

	if (find(dispatch, proc->program, proc->version, proc->number) != NULL)
		lab_fatal("rpc_serve: %s is served twice", proc->name);
	if (proc->number == 0)
		lab_fatal("rpc_serve: %s has number 0, which is taken",
			  proc->name);
	list = realloc(dispatch->list, n * sizeof(*list));
	if (list == NULL)
		lab_fatal("no memory for %zu procedures", n);
	list[n - 1] = (struct served){ proc, handler, context };
	dispatch->list = list;
	dispatch->n = (int)n;
}

/*
 * Answers CALL, for which there is no handler: procedure 0 of every version
 * does nothing, successfully (RFC 5531, section 12.1); everything else is
 * refused for the most general reason (section 9).
 */
static struct record *answer_other(const struct dispatch *dispatch,
				   const struct call_header *call)
{
	enum reply_status status = REPLY_NO_PROGRAM;
	uint32_t low = UINT32_MAX, high = 0;
	int i;

	for (i = 0; i < dispatch->n; i++) {
		const struct rpc_proc *proc = dispatch->list[i].proc;

		if (proc->program != call->program)
			continue;
		if (status == REPLY_NO_PROGRAM)
			status = REPLY_NO_VERSION;
		if (proc->version == call->version)
			status = call->number == 0 ? REPLY_SUCCESS
						   : REPLY_NO_PROCEDURE;
		if (proc->version < low)
			low = proc->version;
		if (proc->version > high)
			high = proc->version;
	}
	log_event(LOG_DEBUG, "not_served",
		  "call=" CALL_ID " program=%" PRIx32 " version=%" PRIu32
		  " procedure=%" PRIu32 " status=%s",
		  CALL_ID_ARGS(call->xid), call->program, call->version,
		  call->number, reply_status_name(status));
	return message_refusal(call->xid, status, low, high);
}

/* Memory for a message of SIZE bytes, all zeros. */
static void *make_message(size_t size)
{
	void *message = calloc(1, size + 1);

	if (message == NULL)
		lab_fatal("no memory for a message of %zu bytes", size);
	return message;
}

static void free_message(void *message, size_t size)
{
	scribble(message, size);
	free(message);
}

/*
 * Runs the handler of CALL, has LOOK look at how it has left the thread, and
 * encodes its reply.
 */
static struct record *answer_served(const struct served *served,
				    dispatch_look *look,
				    struct record *request,
				    const struct call_header *call)
{
	const struct rpc_proc *proc = served->proc;
	void *args = make_message(proc->args_size);
	void *reply = make_message(proc->reply_size);
	struct record *answer;
	int64_t around;

	if (message_read_args(request, call, proc, args)) {
		around = log_call(call->xid);
		served->handler(served->context, args, reply);
		if (look != NULL)
			look(proc);
		log_call(around);
		answer = message_reply(call->xid, proc, reply);
		message_free_reply(proc, reply);
		log_event(LOG_DEBUG, "handled",
			  "proc=%s call=" CALL_ID " bytes=%zu reply_bytes=%zu",
			  proc->name, CALL_ID_ARGS(call->xid), request->len,
			  answer->len);
	} else {
		log_event(LOG_ERROR, "garbage_args", "proc=%s call=" CALL_ID,
			  proc->name, CALL_ID_ARGS(call->xid));
		answer = message_refusal(call->xid, REPLY_BAD_ARGS, 0, 0);
	}
	free_message(args, proc->args_size);
	free_message(reply, proc->reply_size);
	return answer;
}

struct record *dispatch_answer(const struct dispatch *dispatch,
			       struct record *request)
{
	struct record *answer = NULL;
	const struct served *served;
	struct call_header call;

	switch (message_read_call(request, &call)) {
	case CALL_GOOD:
		served = find(dispatch, call.program, call.version,
			      call.number);
		answer = served != NULL
				 ? answer_served(served, dispatch->look,
						 request, &call)
				 : answer_other(dispatch, &call);
		break;
	case CALL_OLD_RPC:
		answer = message_refusal(call.xid, REPLY_OLD_RPC, 0, 0);
		break;
	case CALL_GARBAGE:
		log_event(LOG_ERROR, "garbage", "bytes=%zu", request->len);
		break;
	}
	record_drop(request);
	return answer;
}

const struct rpc_proc *dispatch_find(const struct dispatch *dispatch,
				     const struct record *request)
{
	const struct served *served;
	struct call_header call;

	if (message_read_call(request, &call) != CALL_GOOD)
		return NULL;
	served = find(dispatch, call.program, call.version, call.number);
	return served != NULL ? served->proc : NULL;
}
