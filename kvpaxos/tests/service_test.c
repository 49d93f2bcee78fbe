/*
 * service_test.c - servers and clerks together, with faults.
 */
#include "kvpaxos/tests/service.h"

#include <criterion/criterion.h>
#include <pthread.h>

Test(service, one_table_to_all_clients)
{
	struct service s;
	struct kv_clerk *a, *b;

	service_open(&s, 3, 2, 1);
	a = service_clerk(&s, 0, 0, 1);
	b = service_clerk(&s, 1, 2, 1);
	cr_assert(holds(b, "k", ""));
	put(a, "k", "1");
	cr_assert(holds(b, "k", "1"));
	append(b, "k", "2");
	append(a, "k", "3");
	cr_assert(holds(a, "k", "123"));
	cr_assert(holds(b, "k", "123"));
	kv_clerk_free(a);
	kv_clerk_free(b);
	service_close(&s);
}

Test(service, bounds_are_errors)
{
	struct service s;
	struct kv_clerk *ck;
	unsigned char *bytes = calloc(1, KV_VALUE_MAX + 1);
	struct value key = { bytes, KV_KEY_MAX }, got;
	struct value val = { bytes, KV_VALUE_MAX };

	service_open(&s, 3, 1, 1);
	ck = service_clerk(&s, 0, 0, 3);
	cr_assert(kv_clerk_put(ck, key, val) == KV_OK);
	cr_assert(kv_clerk_append(ck, key, bytes_of("x")) == KV_TOO_LARGE);
	val.len++;
	cr_assert(kv_clerk_put(ck, key, val) == KV_TOO_LARGE);
	cr_assert(kv_clerk_get(ck, key, &got) == KV_OK);
	cr_assert(got.len == KV_VALUE_MAX);
	value_free(&got);
	key.len++;
	cr_assert(kv_clerk_get(ck, key, &got) == KV_TOO_LARGE);
	cr_assert(got.data == NULL);
	kv_clerk_free(ck);
	free(bytes);
	service_close(&s);
}

Test(service, survives_a_server)
{
	struct service s;
	struct kv_clerk *ck;

	service_open(&s, 3, 1, 1);
	ck = service_clerk(&s, 0, 0, 3);
	put(ck, "k", "a");
	service_down(&s, 0);
	append(ck, "k", "b");
	cr_assert(holds(ck, "k", "ab"));
	kv_clerk_free(ck);
	service_close(&s);
}

struct attempt {
	pthread_t thread;
	struct kv_clerk *ck;
	enum kv_status status;
};

static void *try_append(void *arg)
{
	struct attempt *a = arg;

	a->status = kv_clerk_append(a->ck, bytes_of("k"), bytes_of("x"));
	return NULL;
}

static void attempt_begin(struct attempt *a, struct kv_clerk *ck)
{
	a->ck = ck;
	cr_assert(pthread_create(&a->thread, NULL, try_append, a) == 0);
}

/* Without a majority nothing is acknowledged; with one again, it is. */
Test(service, minority_waits_for_the_majority)
{
	const int groups[] = { 0, 1, 1 };
	struct kv_clerk *cut_off, *free_one;
	struct attempt attempt;
	struct service s;

	service_open(&s, 3, 2, 1);
	cut_off = service_clerk(&s, 0, 0, 1);
	free_one = service_clerk(&s, 1, 1, 2);
	put(free_one, "k", "a");
	service_partition(&s, groups);
	attempt_begin(&attempt, cut_off);
	append(free_one, "k", "b");
	cr_assert(holds(free_one, "k", "ab"));
	network_heal(s.net);
	pthread_join(attempt.thread, NULL);
	cr_assert(attempt.status == KV_OK);
	cr_assert(holds(free_one, "k", "abx"));
	kv_clerk_free(cut_off);
	kv_clerk_free(free_one);
	service_close(&s);
}

static void *kill_server(void *kv)
{
	kv_server_kill(kv);
	return NULL;
}

/* Kill, from two threads at once, ends promptly while an operation is stuck,
 * on either side. */
Test(service, killed_while_stuck)
{
	const int groups[] = { 0, 1, 2 };
	struct attempt attempts[2];
	struct kv_clerk *cks[2];
	pthread_t killer;
	struct service s;

	service_open(&s, 3, 2, 1);
	for (int i = 0; i < 2; i++)
		cks[i] = service_clerk(&s, i, i, 1);
	put(cks[0], "k", "a");
	put(cks[1], "k", "a");
	service_partition(&s, groups);
	for (int i = 0; i < 2; i++)
		attempt_begin(&attempts[i], cks[i]);
	cr_assert(!pthread_create(&killer, NULL, kill_server, s.kv[0]));
	kv_server_kill(s.kv[0]);
	pthread_join(killer, NULL);
	service_down(&s, 0);
	for (int i = 0; i < 2; i++)
		kv_clerk_kill(cks[i]);
	for (int i = 0; i < 2; i++) {
		pthread_join(attempts[i].thread, NULL);
		cr_assert(attempts[i].status == KV_RETRY);
		kv_clerk_free(cks[i]);
	}
	service_close(&s);
}

/* The same request at two servers, neither of which knows of the other's. */
Test(service, once_through_two_servers)
{
	const int groups[] = { 0, 1, 1 };
	struct kv_write_args args = { .number = 1, .key = bytes_of("k"),
				      .val = bytes_of("x") };
	struct kv_open_reply opened;
	struct kv_write_reply reply;
	struct kv_clerk *ck;
	struct service s;

	service_open(&s, 3, 2, 1);
	ck = service_clerk(&s, 1, 0, 3);
	cr_assert(rpc_call(service_line(&s, 0, 0), &PROC_KV_OPEN, NULL,
			   &opened) && opened.status == KV_OK);
	args.client = opened.client;
	service_partition(&s, groups);
	cr_assert(rpc_call(service_line(&s, 0, 0), &PROC_KV_APPEND, &args,
			   &reply) && reply.status == KV_RETRY);
	cr_assert(rpc_call(service_line(&s, 0, 1), &PROC_KV_APPEND, &args,
			   &reply) && reply.status == KV_OK);
	network_heal(s.net);
	cr_assert(rpc_call(service_line(&s, 0, 0), &PROC_KV_APPEND, &args,
			   &reply) && reply.status == KV_OK);
	cr_assert(holds(ck, "k", "x"));
	kv_clerk_free(ck);
	service_close(&s);
}

/* Servers that nobody asks execute the log, too, so it can be forgotten. */
Test(service, idle_servers_keep_up)
{
	struct kv_clerk *ck;
	struct service s;

	service_open(&s, 3, 1, 1);
	ck = service_clerk(&s, 0, 0, 1);
	for (int i = 0; i < 50; i++)
		put(ck, "k", "v");
	service_await((put(ck, "k", "w"),
		       paxos_min(kv_server_paxos(s.kv[0])) >= 50));
	kv_clerk_free(ck);
	service_close(&s);
}

/* An instance that only its dead proposer knew is filled by another. */
Test(service, holes_are_filled)
{
	const int groups[] = { 0, 1, 1 };
	struct value nothing = bytes_of("no entry at all");
	struct kv_clerk *ck;
	struct service s;

	service_open(&s, 3, 1, 1);
	ck = service_clerk(&s, 0, 1, 2);
	put(ck, "k", "a");
	service_partition(&s, groups);
	paxos_start(kv_server_paxos(s.kv[1]), 5, nothing);
	service_await(paxos_max(kv_server_paxos(s.kv[2])) >= 5);
	append(ck, "k", "b");
	/* Instances 1 to 5: an append, and holes that nobody has proposed. */
	service_await(paxos_status(kv_server_paxos(s.kv[2]), 6, NULL) ==
			      FATE_DECIDED || (append(ck, "n", "c"), false));
	cr_assert(holds(ck, "k", "ab"));
	network_heal(s.net);
	kv_clerk_free(ck);
	service_close(&s);
}
