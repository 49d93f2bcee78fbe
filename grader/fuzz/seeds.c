/*
 * seeds.c - inputs to begin with: what a group of peers really says, with each
 * request and each reply once as a stream and once as a message of its own.
 *
 * Usage: seeds FOLDER
 *
 * The ends of the network are made to pass through send_and_keep() and
 * wait_and_keep(), which write down what goes by.
 */
#include "grader/fuzz/fuzz.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "kvpaxos/entry.h"
#include "kvpaxos/protocol.h"
#include "labrpc/end.h"
#include "labrpc/endpoint.h"
#include "labrpc/message.h"
#include "labrpc/network.h"
#include "labrpc/sockdir.h"
#include "labrpc/sync.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

#define PEERS 3
#define INSTANCES 6

static const char *folder;
static struct mutex mu;
static int written GUARDED;
static const struct transport *carrier;
static struct transport keeping;

/* Writes HEAD and then RECORD from FROM on as an input. */
static void keep(const unsigned char *head, size_t n,
		 const struct record *record, size_t from)
{
	char path[4096];
	FILE *file;

	mutex_lock(&mu);
	snprintf(path, sizeof path, "%s/%04d", folder, written++);
	mutex_unlock(&mu);
	file = fopen(path, "wb");
	expect(file != NULL, "%s: %s", path, strerror(errno));
	fwrite(head, 1, n, file);
	fwrite(record->bytes + from, 1, record->len - from, file);
	expect(fclose(file) == 0, "%s: %s", path, strerror(errno));
}

/* Writes LEN as it stands in a record's mark. */
static void put_mark(unsigned char *at, size_t len)
{
	at[0] = 0x80;
	at[1] = (unsigned char)(len >> 16);
	at[2] = (unsigned char)(len >> 8);
	at[3] = (unsigned char)len;
}

static void keep_request(const struct record *request,
			 const struct call_header *call)
{
	unsigned char proc = (unsigned char)(call->number - 1);
	size_t n = request->len - call->args_at;
	unsigned char stream[7] = { FORM_STREAM };
	const unsigned char of_call[6] = {
		FORM_CALLS, 0, 0, proc, (unsigned char)(n >> 8),
		(unsigned char)n,
	};

	put_mark(stream + 3, request->len);
	keep(stream, sizeof stream, request, 0);
	keep(of_call, sizeof of_call, request, call->args_at);
}

static void keep_reply(const struct record *reply,
		       const struct call_header *call)
{
	unsigned char proc = (unsigned char)(call->number - 1);
	unsigned char stream[7] = { FORM_REPLIES, proc };
	const unsigned char results[3] = { FORM_RESULTS, proc };

	put_mark(stream + 3, reply->len);
	keep(stream, sizeof stream, reply, 0);
	keep(results, sizeof results, reply, 24);
}

static bool send_and_keep(struct rpc_end *end, struct wire *wire,
			  struct record *request, uint32_t xid,
			  int64_t deadline_us)
{
	struct call_header call;

	if (message_read_call(request, &call) == CALL_GOOD)
		keep_request(request, &call);
	return carrier->send(end, wire, request, xid, deadline_us);
}

static void wait_and_keep(struct rpc_end *end, struct wire *const wires[],
			  int n, int64_t until_us)
{
	struct call_header call;

	carrier->wait(end, wires, n, until_us);
	for (int i = 0; i < n; i++)
		if (wires[i]->state == WIRE_REPLIED &&
		    message_read_call(wires[i]->out.record, &call) ==
			    CALL_GOOD)
			keep_reply(wires[i]->reply, &call);
}

static struct paxos *open_peer(struct network *net, int me,
			       struct rpc_server **server)
{
	struct rpc_end *ends[PEERS] = { NULL };

	for (int i = 0; i < PEERS; i++) {
		if (i == me)
			continue;
		ends[i] = network_end(net, me, i);
		if (carrier == NULL) {
			carrier = rpc_end_behind(ends[i])->transport;
			keeping = *carrier;
			keeping.send = send_and_keep;
			keeping.wait = wait_and_keep;
		}
		rpc_end_behind(ends[i])->transport = &keeping;
	}
	*server = network_serve(net, me);
	expect(*server != NULL, "%s", strerror(errno));
	return paxos_make(&(struct paxos_config){
		.npeers = PEERS, .me = me, .server = *server, .ends = ends,
	});
}

/* Values of many lengths; some instances have two proposers. */
static void agree(struct paxos *peers[PEERS])
{
	static unsigned char bytes[6000] = "a value";
	const struct timespec a_while = { .tv_nsec = 1000000 };

	for (int seq = 0; seq < INSTANCES; seq++) {
		const size_t lens[] = { 0, 7, 100, 6000 };
		struct value v = { bytes, lens[seq % 4] };
		int waits = 0;

		paxos_start(peers[seq % PEERS], seq, v);
		if (seq % 2 == 1)
			paxos_start(peers[(seq + 1) % PEERS], seq, v);
		for (int i = 0; i < PEERS; i++)
			while (paxos_status(peers[i], seq, NULL) !=
				       FATE_DECIDED && waits++ < 10000)
				nanosleep(&a_while, NULL);
		expect(waits < 10000, "instance %d is not decided", seq);
		if (seq == 3)
			for (int i = 0; i < PEERS; i++)
				paxos_done(peers[i], 1);
	}
}

/* What a client says to a server, and what the servers make of it. */
static void keep_service(void)
{
	static unsigned char bytes[] = "a key and its value";
	struct kv_write_args put = {
		.client = 1, .number = 1,
		.key = { bytes, 5 }, .val = { bytes, sizeof bytes },
	};
	const struct kv_op ops[] = {
		{ .kind = KV_OP_OPEN },
		{ KV_OP_PUT, 1, 1, put.key, put.val },
		{ .kind = KV_OP_GET, .key = put.key },
	};
	const unsigned char of_entry[3] = { FORM_ENTRY };
	struct record *call = message_call(&PROC_KV_PUT, &put), *entry;
	unsigned char stream[7] = { FORM_STREAM };
	struct entry_writer w = { 0 };
	struct value v;

	put_mark(stream + 3, call->len);
	keep(stream, sizeof stream, call, 0);
	record_drop(call);
	entry_begin(&w, 1, 7);
	for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
		expect(entry_add(&w, &ops[i]), "operation %zu", i);
	v = entry_finish(&w);
	entry = record_make(v.len);
	memcpy(entry->bytes, v.data, v.len);
	entry->len = v.len;
	keep(of_entry, sizeof of_entry, entry, 0);
	record_drop(entry);
	value_free(&v);
}

int main(int argc, char **argv)
{
	struct sockdir *dir = sockdir_make();
	struct rpc_server *servers[PEERS];
	struct paxos *peers[PEERS];
	struct network *net;

	if (argc != 2 || argv[1][0] == '-') {
		fprintf(stderr, "usage: seeds FOLDER\n");
		return 2;
	}
	folder = argv[1];
	mutex_init(&mu);
	expect(dir != NULL, "no folder for sockets");
	net = network_open(sockdir_path(dir), PEERS, 1);
	expect(net != NULL, "%s", strerror(errno));
	for (int i = 0; i < PEERS; i++)
		peers[i] = open_peer(net, i, &servers[i]);
	for (int i = 0; i < PEERS; i++)
		rpc_server_run(servers[i]);
	agree(peers);
	keep_service();
	for (int i = 0; i < PEERS; i++)
		paxos_kill(peers[i]);
	for (int i = 0; i < PEERS; i++)
		rpc_server_close(servers[i]);
	for (int i = 0; i < PEERS; i++)
		paxos_free(peers[i]);
	network_close(net);
	sockdir_remove(dir);
	return 0;
}
