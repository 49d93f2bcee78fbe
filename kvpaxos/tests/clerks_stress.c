/*
 * clerks_stress.c - three servers under losses, each used by several clerks
 * at once; for the race detector above all.
 *
 * Every clerk appends numbered marks to one key that all share, and puts and
 * gets keys of its own.  In the end the shared key holds each mark once, those
 * of one clerk in order.  The last clerks are killed in the midst of it.
 */
#include "kvpaxos/tests/service.h"

#include <inttypes.h>
#include <pthread.h>

#define NSERVERS 3
#define CLERKS 9
#define ROUNDS 15

struct user {
	pthread_t thread;
	struct kv_clerk *ck;
	int number;
};

static void *use(void *arg)
{
	struct user *u = arg;
	char key[32], mark[32];

	snprintf(key, sizeof(key), "own %d", u->number);
	for (int i = 0; i < ROUNDS; i++) {
		snprintf(mark, sizeof(mark), "<%d:%d>", u->number, i);
		append(u->ck, "shared", mark);
		put(u->ck, key, mark);
		service_require(holds(u->ck, key, mark), "another value");
	}
	return NULL;
}

/* Each mark stands there once, and a clerk's own in order. */
static void check(struct kv_clerk *ck)
{
	struct value got;
	char *text;
	size_t len = 0;

	service_require(kv_clerk_get(ck, bytes_of("shared"), &got) == KV_OK,
			"no get");
	text = calloc(1, got.len + 1);
	memcpy(text, got.data, got.len);
	for (int n = 0; n < CLERKS; n++) {
		const char *last = text;

		for (int i = 0; i < ROUNDS; i++) {
			char mark[32];
			const char *at;

			snprintf(mark, sizeof(mark), "<%d:%d>", n, i);
			at = strstr(text, mark);
			service_require(at != NULL && at >= last,
					"%s is missing or too early", mark);
			last = at;
			len += strlen(mark);
		}
	}
	service_require(len == got.len, "%zu bytes instead of %zu", got.len,
			len);
	free(text);
	value_free(&got);
}

static void *use_until_killed(void *arg)
{
	struct user *u = arg;

	while (kv_clerk_append(u->ck, bytes_of("more"), bytes_of("x")) ==
	       KV_OK)
		;
	return NULL;
}

static void start(struct service *s, struct user users[CLERKS],
		  void *(*body)(void *))
{
	for (int i = 0; i < CLERKS; i++) {
		users[i].number = i;
		users[i].ck = service_clerk(s, i, i, NSERVERS);
		service_require(pthread_create(&users[i].thread, NULL, body,
					       &users[i]) == 0, "no thread");
	}
}

static void finish(struct user users[CLERKS])
{
	for (int i = 0; i < CLERKS; i++) {
		pthread_join(users[i].thread, NULL);
		kv_clerk_free(users[i].ck);
	}
}

int main(void)
{
	struct user users[CLERKS];
	struct kv_clerk *last;
	struct service s;

	service_open(&s, NSERVERS, CLERKS + 1, 5);
	last = service_clerk(&s, CLERKS, 0, NSERVERS);
	network_set_faults(s.net, faults_preset("classic"));
	start(&s, users, use);
	finish(users);
	check(last);

	start(&s, users, use_until_killed);
	append(last, "more", "y");
	for (int i = 0; i < CLERKS; i++)
		kv_clerk_kill(users[i].ck);
	service_down(&s, 1);
	finish(users);
	kv_clerk_free(last);
	service_close(&s);
	return 0;
}
