/*
 * my_first_service_test.c - an example of a test of your own for part B.
 *
 * First a rule by itself, then a service of three servers and a clerk, all in
 * one process, with calls that get lost.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvpaxos/kvpaxos.h"
#include "kvpaxos/store.h"
#include "labrpc/endpoint.h"
#include "labrpc/network.h"

#define NSERVERS 3
#define CLERK NSERVERS /* the node behind the servers */

/* The bytes of S, borrowed. */
static struct value text(const char *s)
{
	return (struct value){ .data = (unsigned char *)(uintptr_t)s,
			       .len = strlen(s) };
}

/* ---- rules: no threads, no messages ------------------------------------ */

Test(rules, a_request_is_executed_once)
{
	struct store s = { 0 };
	const struct kv_op open = { .kind = KV_OP_OPEN };
	struct kv_op op = { .kind = KV_OP_APPEND, .number = 1,
			    .key = text("k"), .val = text("x") };

	op.client = store_apply(&s, &open).client;
	cr_assert(store_apply(&s, &op).status == KV_OK);
	cr_assert(store_apply(&s, &op).status == KV_OK);
	cr_assert(value_equal(table_get(&s.table, text("k")), text("x")));
	store_deinit(&s);
}

/* ---- a service --------------------------------------------------------- */

static char dir[] = "/tmp/my-service-XXXXXX";
static struct network *net;
static struct rpc_server *servers[NSERVERS];
static struct kv_server *kvs[NSERVERS];
static struct kv_clerk *ck;

static void service_open(void)
{
	struct rpc_end *ends[NSERVERS] = { NULL };

	cr_assert(mkdtemp(dir) != NULL);
	net = network_open(dir, NSERVERS + 1, 1);
	cr_assert(net != NULL);
	for (int me = 0; me < NSERVERS; me++) {
		for (int to = 0; to < NSERVERS; to++)
			ends[to] = to == me ? NULL : network_end(net, me, to);
		servers[me] = network_serve(net, me);
		kvs[me] = kv_server_make(&(struct kv_server_config){
			.nservers = NSERVERS, .me = me, .ends = ends,
			.server = servers[me], .seed = 1,
		});
		rpc_server_run(servers[me]);
	}
	for (int to = 0; to < NSERVERS; to++)
		ends[to] = network_end(net, CLERK, to);
	ck = kv_clerk_make(&(struct kv_clerk_config){ .nservers = NSERVERS,
						      .ends = ends });
}

static void service_close(void)
{
	kv_clerk_free(ck);
	for (int me = 0; me < NSERVERS; me++)
		kv_server_kill(kvs[me]);
	for (int me = 0; me < NSERVERS; me++)
		rpc_server_close(servers[me]);
	for (int me = 0; me < NSERVERS; me++)
		kv_server_free(kvs[me]);
	network_close(net);
	rmdir(dir);
}

Test(service, appends_although_calls_are_lost, .init = service_open,
     .fini = service_close)
{
	struct value got;

	network_set_faults(net, faults_preset("classic"));
	for (int i = 0; i < 5; i++)
		cr_assert(kv_clerk_append(ck, text("k"), text("x")) == KV_OK);
	network_set_faults(net, faults_preset("reliable"));
	cr_assert(kv_clerk_get(ck, text("k"), &got) == KV_OK);
	cr_assert(value_equal(got, text("xxxxx")), "%.*s", (int)got.len,
		  (const char *)got.data);
	value_free(&got);
}
