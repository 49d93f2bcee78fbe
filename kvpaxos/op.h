/*
 * op.h - one operation of the service, and what comes of it.
 *
 * Threads: plain data.
 *
 * Memory: an op and a result borrow the bytes that they point at; whoever
 * hands them out says for how long.
 *
 * Errors: none.
 */
#ifndef KVPAXOS_OP_H
#define KVPAXOS_OP_H

#include <stdint.h>

#include "kv_messages.h"

/* The kinds of operations, as they stand in the log. */
enum kv_kind {
	KV_OP_OPEN = 1, /* a client begins */
	KV_OP_CLOSE,    /* a client says goodbye */
	KV_OP_GET,
	KV_OP_PUT,
	KV_OP_APPEND,
};

struct kv_op {
	enum kv_kind kind;
	uint64_t client; /* of CLOSE, PUT, APPEND */
	uint64_t number; /* of PUT, APPEND: of the client's requests */
	struct value key; /* of GET, PUT, APPEND */
	struct value val; /* of PUT, APPEND */
};

struct kv_result {
	enum kv_status status;
	uint64_t client;  /* of OPEN: who the client is from now on */
	struct value val; /* of GET */
};

#endif
