/*
 * ask.h - requests that the test makes itself, one by one, as a client that
 * needs no clerk: the same one twice, at two servers, in any order.
 *
 * Threads: as in judge.h.  Each waits for the reply, or until the call's
 * time-out.
 *
 * Memory: as in judge.h.
 *
 * Errors: each returns the status in the reply, or NO_REPLY.  What is written
 * in this way is in no history: keys that are named here are left out when the
 * clerks' is checked.
 */
#ifndef GRADER_JUDGE_ASK_H
#define GRADER_JUDGE_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "grader/judge/service.h"

#define NO_REPLY (-1)

/* A new client; *CLIENT is who it is. */
int ask_open(struct cluster *c, int server, uint64_t *client);

int ask_get(struct cluster *c, int server, struct value key,
	    struct value *got);
int ask_put(struct cluster *c, int server, uint64_t client, uint64_t number,
	    struct value key, struct value v);
int ask_append(struct cluster *c, int server, uint64_t client,
	       uint64_t number, struct value key, struct value v);

/* The client says goodbye. */
int ask_close(struct cluster *c, int server, uint64_t client);

/* The same until a server has executed or refused it: asks the servers in
 * turn, SERVER first, as long as there is no reply or a KV_RETRY. */
uint64_t must_open(struct cluster *c, int server);
void must_append(struct cluster *c, int server, uint64_t client,
		 uint64_t number, struct value key, struct value v);
struct value must_get(struct cluster *c, int server, struct value key);

/* STATUS, which a request about WHAT came to, is WANTED. */
void expect_status(struct cluster *c, const char *what, int status,
		   int wanted);

/* Tells whether STATUS says what became of a request: it is no NO_REPLY, and
 * no KV_RETRY. */
bool is_answer(int status);

/* A word for a status, or for NO_REPLY. */
const char *status_name(int status);

#endif
