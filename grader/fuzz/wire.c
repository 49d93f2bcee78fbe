/*
 * wire.c - the fuzz target: whatever bytes a stranger sends, to a server or as
 * the reply to a call, they are refused or mean what they say, and cost no
 * more memory than is stated here.
 *
 * The server's side is the real one without its sockets: assembler, dispatch,
 * and a Paxos peer of three behind it.  What is decoded is encoded again and
 * compared with the bytes that it came from, so that every byte of it is
 * looked at.
 */
#include "grader/fuzz/fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "grader/control.h"
#include "kvpaxos/daemon/admin.h"
#include "kvpaxos/entry.h"
#include "kvpaxos/protocol.h"
#include "labrpc/dispatch.h"
#include "labrpc/inlet.h"
#include "labrpc/message.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

/*
 * What N bytes may cost at most: their record (which may have twice the room),
 * the values that the peer keeps of them and its answer (which is encoded into
 * up to eight times the room), and what is there for no bytes at all.
 */
#define COST_PER_BYTE 16
#define COST_BYTES ((size_t)32 << 10)

/* A call of ours to a server, and a server's reply to us, without values. */
#define CALL_BYTES 40
#define REPLY_BYTES 24

/* Values in one message at most; each ends with up to three zeros. */
#define VALUES_MAX 4

/* What is served beside the control program, which has a table of its own. */
static const struct rpc_proc *const service_procs[] = {
	&PROC_PREPARE, &PROC_ACCEPT, &PROC_DECIDED,
	&PROC_KV_OPEN, &PROC_KV_GET, &PROC_KV_PUT, &PROC_KV_APPEND,
	&PROC_KV_CLOSE,
	&PROC_KVADMIN_STATE, &PROC_KVADMIN_CUT, &PROC_KVADMIN_HEAL,
};
#define SERVICE_PROCS (sizeof service_procs / sizeof service_procs[0])

/* Procedure number I of all that are served; NULL: there are not so many. */
static const struct rpc_proc *proc_at(size_t i)
{
	if (i < SERVICE_PROCS)
		return service_procs[i];
	i -= SERVICE_PROCS;
	return i < ctl_nprocs ? ctl_procs[i] : NULL;
}

const struct rpc_proc *fuzz_proc(unsigned char i)
{
	return proc_at(i % (SERVICE_PROCS + ctl_nprocs));
}

/* Memory for a message of SIZE bytes, all zeros. */
static void *message_of(size_t size)
{
	void *message = calloc(1, size + 1);

	expect(message != NULL, "memory");
	return message;
}

/*
 * AGAIN is what encoding made of a message that was decoded from N bytes at
 * BYTES: it must be the same, but for what fills a value up to a multiple of
 * four, and for bytes behind the message.  Both lie behind headers.
 */
static void expect_same(const unsigned char *bytes, size_t n,
			const struct record *again, size_t header)
{
	size_t len = again->len - header, others = 0;

	expect(again->len >= header && len <= n, "%zu of %zu", len, n);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = again->bytes[header + i];

		expect(c == bytes[i] || c == 0, "byte %zu of %zu", i, len);
		others += c != bytes[i];
	}
	expect(others <= 3 * VALUES_MAX, "%zu bytes of %zu", others, len);
}

/* ---- a server ---------------------------------------------------------- */

/* A server that lacks sockets, and the peer behind it. */
struct served_peer {
	struct rpc_server server;
	struct paxos *px;
};

/* What is no peer's business: accepted, and not done. */
static void do_nothing(void *context, const void *args, void *reply)
{
	(void)context;
	(void)args;
	(void)reply;
}

static void peer_open(struct served_peer *peer)
{
	struct rpc_end *ends[3] = { NULL };

	memset(peer, 0, sizeof(*peer));
	dispatch_init(&peer->server.dispatch, NULL);
	peer->px = paxos_make(&(struct paxos_config){
		.npeers = 3, .server = &peer->server, .ends = ends,
	});
	for (size_t i = 0; proc_at(i) != NULL; i++)
		if (proc_at(i)->program != PAXOS_PROGRAM)
			rpc_serve(&peer->server, proc_at(i), do_nothing,
				  NULL);
}

static void peer_close(struct served_peer *peer)
{
	paxos_kill(peer->px);
	paxos_free(peer->px);
	dispatch_deinit(&peer->server.dispatch);
}

/* The procedure that CALL is to get to, or NULL and why it gets nowhere. */
static const struct rpc_proc *called(const struct call_header *call,
				     enum reply_status *status)
{
	*status = REPLY_NO_PROGRAM;
	if (call->program != PAXOS_PROGRAM && call->program != CTL_PROGRAM &&
	    call->program != KV_PROGRAM && call->program != KVADMIN_PROGRAM)
		return NULL;
	*status = REPLY_NO_VERSION;
	if (call->version != 1)
		return NULL;
	*status = call->number == 0 ? REPLY_SUCCESS : REPLY_NO_PROCEDURE;
	for (size_t i = 0; proc_at(i) != NULL; i++)
		if (proc_at(i)->program == call->program &&
		    proc_at(i)->number == call->number)
			return proc_at(i);
	return NULL;
}

/* What the server is to answer to REQUEST, which calls *PROC or nothing. */
static enum reply_status due(struct record *request,
			     const struct call_header *call,
			     const struct rpc_proc **proc)
{
	enum reply_status status;
	struct record *again;
	void *args;

	*proc = called(call, &status);
	if (*proc == NULL)
		return status;
	status = REPLY_BAD_ARGS;
	args = message_of((*proc)->args_size);
	if (message_read_args(request, call, *proc, args)) {
		status = REPLY_SUCCESS;
		again = message_call(*proc, args);
		expect_same(request->bytes + call->args_at,
			    request->len - call->args_at, again, CALL_BYTES);
		record_drop(again);
	}
	free(args);
	return status;
}

/* ANSWER, the server's own, must be STATUS, and be encoded as we do it. */
static void expect_answer(struct record *answer, const struct rpc_proc *proc,
			  uint32_t xid, enum reply_status status)
{
	static const struct rpc_proc nothing = { .name = "nothing" };
	struct record *again;
	void *reply;

	proc = proc == NULL ? &nothing : proc;
	reply = message_of(proc->reply_size);
	expect(message_read_reply(answer, proc, reply, true) == status,
	       "not %s", reply_status_name(status));
	expect(record_xid(answer) == xid, "xid %x", record_xid(answer));
	if (status == REPLY_SUCCESS) {
		again = message_reply(xid, proc, reply);
		expect(again->len == answer->len &&
			       memcmp(again->bytes, answer->bytes,
				      again->len) == 0,
		       "%zu bytes", again->len);
		record_drop(again);
	}
	free(reply);
}

/* The server gets REQUEST and answers; false: it hangs up. */
static bool serve(void *context, struct record *request)
{
	struct served_peer *peer = context;
	const struct rpc_proc *proc = NULL;
	enum reply_status status = REPLY_OLD_RPC;
	enum call_status read;
	struct call_header call;
	struct record *answer;

	read = message_read_call(request, &call);
	if (read == CALL_GOOD)
		status = due(request, &call, &proc);
	answer = dispatch_answer(&peer->server.dispatch, request);
	expect((answer == NULL) == (read == CALL_GARBAGE), "%d", (int)read);
	if (answer == NULL)
		return false;
	expect_answer(answer, proc, call.xid, status);
	record_drop(answer);
	return true;
}

/* ---- a caller ---------------------------------------------------------- */

/* Where the results of the reply RECORD begin, whose header is good. */
static size_t results_at(const struct record *record)
{
	const unsigned char *at = record->bytes + 16; /* of the verifier */
	size_t verifier = (size_t)at[2] << 8 | at[3];

	expect(at[0] == 0 && at[1] == 0, "a verifier too long");
	return REPLY_BYTES + (verifier + 3) / 4 * 4;
}

/* The caller of PROC gets RECORD as its reply. */
static bool take_reply(void *context, struct record *record)
{
	const struct rpc_proc *proc = context;
	void *reply = message_of(proc->reply_size);
	void *own = message_of(proc->reply_size);
	enum reply_status status =
		message_read_reply(record, proc, reply, true);
	struct record *again;

	expect(message_read_reply(record, proc, own, false) == status,
	       "borrowed or not: %s", reply_status_name(status));
	if (status == REPLY_SUCCESS) {
		again = message_reply(0, proc, reply);
		expect_same(record->bytes + results_at(record),
			    record->len - results_at(record), again,
			    REPLY_BYTES);
		record_drop(again);
		again = message_reply(0, proc, own);
		expect_same(record->bytes + results_at(record),
			    record->len - results_at(record), again,
			    REPLY_BYTES);
		record_drop(again);
		message_free_reply(proc, own);
	}
	free(reply);
	free(own);
	record_drop(record);
	return true;
}

/* ---- a value that was decided ------------------------------------------ */

/*
 * A server reads STREAM as an entry of its log.  What it finds makes the same
 * entry again, if no server would refuse to write it for its length.
 */
static void read_entry(const struct stream *stream)
{
	struct value v = { stream->bytes, stream->n }, again;
	struct entry_writer writer = { 0 };
	struct kv_op op = { .client = 0 };
	struct entry_reader reader;
	bool writable = true;

	if (!entry_open(&reader, v))
		return;
	entry_begin(&writer, reader.server, reader.number);
	for (uint32_t left = reader.left; left > 0; left--) {
		expect(entry_next(&reader, &op), "%u are left", left);
		writable = writable && op.key.len <= KV_KEY_MAX &&
			   op.val.len <= KV_VALUE_MAX;
		if (writable)
			expect(entry_add(&writer, &op), "no room");
	}
	expect(!entry_next(&reader, &op), "an operation too many");
	again = entry_finish(&writer);
	expect(!writable || value_equal(again, v), "%zu bytes, not %zu",
	       again.len, v.len);
	value_free(&again);
}

/* ---- the stream -------------------------------------------------------- */

/*
 * Feeds INPUT's stream to an assembler, a portion at a time, and each record
 * that comes out to TAKE, until that wants no more.
 */
static void feed(const struct input *input,
		 bool (*take)(void *context, struct record *record),
		 void *context)
{
	const struct stream *stream = &input->stream;
	enum record_state state = RECORD_PARTIAL;
	struct assembler as;
	bool wanted = true;
	size_t came = 0;

	assembler_init(&as);
	while (came < stream->n && state == RECORD_PARTIAL && wanted) {
		struct record *record = NULL;
		size_t room, n = stream->n - came;
		unsigned char *to = assembler_room(&as, &room);

		n = n < room ? n : room;
		n = n < input->portion ? n : input->portion;
		expect(n > 0, "no room");
		memcpy(to, stream->bytes + came, n);
		assembler_filled(&as, n);
		came += n;
		while (wanted && (state = assembler_next(&as, &record)) ==
					 RECORD_WHOLE)
			wanted = take(context, record);
		expect(as.record == NULL ||
			       as.record->room <= 2 * came + READ_AHEAD_BYTES,
		       "%zu of room", as.record->room);
	}
	assembler_deinit(&as);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct served_peer peer;
	struct input input;
	size_t cost;

	if (!input_open(data, size, &input))
		return 0;
	memory_begin();
	if (input.form == FORM_ENTRY) {
		read_entry(&input.stream);
	} else if (input.form == FORM_REPLIES || input.form == FORM_RESULTS) {
		feed(&input, take_reply, (void *)input.proc);
	} else {
		peer_open(&peer);
		feed(&input, serve, &peer);
		peer_close(&peer);
	}
	cost = COST_PER_BYTE * input.stream.n + COST_BYTES;
	expect(memory_peak() <= cost, "%zu bytes for %zu", memory_peak(),
	       input.stream.n);
	expect(memory_left() == 0, "%zu bytes", memory_left());
	input_close(&input);
	return 0;
}
