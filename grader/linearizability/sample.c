/*
 * sample.c - see sample.h.
 *
 * Invariant: of all clients' next moments the earliest is played first, so
 * that operations take effect in the order of time.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/room.h"
#include "labrpc/random.h"

#define TEXT_BYTES 32

struct content {
	unsigned char *data;
	size_t len, room;
	size_t before; /* its length, when it was not yet appended to */
};

struct client {
	struct lin_op op;
	char text[TEXT_BYTES];
	struct value result; /* its own, of a get */
	int key;
	int64_t effect_ns;
	bool busy, effected;
};

struct world {
	const struct lin_sample *sample;
	struct random rng;
	struct lin_history *history;
	struct content *keys;
	struct client *clients;
	int called;
	int64_t next_client;
	bool spoilt;
};

static int64_t moment(const struct client *c)
{
	return !c->busy ? c->op.call_ns :
	       !c->effected ? c->effect_ns : c->op.return_ns;
}

/* Lets C call its next operation. */
static void call(struct world *w, struct client *c)
{
	const struct lin_sample *sample = w->sample;
	int kind = (int)random_below(&w->rng, 100);
	int64_t span = 1000 + (int64_t)random_below(&w->rng, 9000);

	c->key = (int)random_below(&w->rng, (uint64_t)sample->keys);
	c->op.kind = kind < sample->puts ? LIN_PUT :
		     kind < sample->puts + sample->appends ? LIN_APPEND
							   : LIN_GET;
	snprintf(c->text, sizeof(c->text), "x %" PRId64 " %d y",
		 c->op.client, w->called++);
	c->op.return_ns = c->op.call_ns + span;
	c->effect_ns = c->op.call_ns + 1 +
		       (int64_t)random_below(&w->rng, (uint64_t)span - 1);
	c->busy = true;
	c->effected = false;
}

/* Tells whether FAULT is due; then it is done. */
static bool is_due(struct world *w, enum lin_fault fault)
{
	if (w->sample->fault != fault || w->spoilt ||
	    w->called < w->sample->ops / 2)
		return false;
	w->spoilt = true;
	return true;
}

static void append(struct content *content, const char *text)
{
	size_t len = strlen(text);

	content->data = room_grow(content->data, &content->room,
				  content->len + len, 1);
	memcpy(content->data + content->len, text, len);
	content->before = content->len;
	content->len += len;
}

/* Lets C's operation take effect. */
static void effect(struct world *w, struct client *c)
{
	struct content *content = &w->keys[c->key];

	c->effected = true;
	switch (c->op.kind) {
	case LIN_GET:
		c->result = (struct value){ content->data, content->len };
		if (content->before < content->len &&
		    is_due(w, LIN_FAULT_STALE))
			c->result.len = content->before;
		c->result = value_copy(c->result);
		break;
	case LIN_PUT:
		content->len = 0;
		append(content, c->text);
		break;
	case LIN_APPEND:
		if (is_due(w, LIN_FAULT_LOST))
			break;
		append(content, c->text);
		if (is_due(w, LIN_FAULT_DOUBLE))
			append(content, c->text);
		break;
	}
}

/* Lets C's operation return, or not; then C may call again. */
static void end(struct world *w, struct client *c)
{
	bool never = random_chance(&w->rng, w->sample->never);
	int64_t now = c->op.return_ns;
	char key[TEXT_BYTES];

	snprintf(key, sizeof(key), "k%d", c->key);
	c->op.key = (struct value){ (unsigned char *)key, strlen(key) };
	c->op.value = c->op.kind == LIN_GET
			      ? c->result
			      : (struct value){ (unsigned char *)c->text,
						strlen(c->text) };
	if (never)
		c->op.return_ns = LIN_NEVER;
	lin_history_add(w->history, &c->op);
	value_free(&c->result);
	if (never)
		c->op.client = w->next_client++;
	c->op.call_ns = now + 1 + (int64_t)random_below(&w->rng, 100);
	c->busy = false;
}

static void play(struct world *w)
{
	int ended = 0;

	while (ended < w->sample->ops) {
		struct client *next = NULL;

		for (int i = 0; i < w->sample->clients; i++) {
			struct client *c = &w->clients[i];

			if ((c->busy || w->called < w->sample->ops) &&
			    (next == NULL || moment(c) < moment(next)))
				next = c;
		}
		if (!next->busy) {
			call(w, next);
		} else if (!next->effected) {
			effect(w, next);
		} else {
			end(w, next);
			ended++;
		}
	}
}

struct lin_history *lin_sample_make(const struct lin_sample *sample)
{
	struct world w = { .sample = sample,
			   .history = lin_history_make(),
			   .next_client = sample->clients };

	random_seed(&w.rng, sample->seed);
	w.keys = room_make((size_t)sample->keys, sizeof(struct content));
	w.clients = room_make((size_t)sample->clients,
			      sizeof(struct client));
	for (int i = 0; i < sample->clients; i++) {
		w.clients[i].op.client = i;
		w.clients[i].op.call_ns = 1 + i;
	}
	play(&w);
	for (int i = 0; i < sample->keys; i++)
		free(w.keys[i].data);
	free(w.keys);
	free(w.clients);
	return w.history;
}
