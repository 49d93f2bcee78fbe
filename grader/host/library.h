/*
 * library.h - a private copy of the submission, loaded.
 *
 * Each peer gets a copy of its own, so peers share no variable, as if each
 * were a program.
 *
 * Threads: one at a time.
 *
 * Memory: a library is never unloaded: reports of leaks need the names in it,
 * and threads that a peer left behind its code.
 *
 * Errors: false, with the reason in *ERROR.  Reasons that are the
 * submission's own begin with CTL_SUBMISSION (control.h).
 */
#ifndef GRADER_HOST_LIBRARY_H
#define GRADER_HOST_LIBRARY_H

#include <stdbool.h>

#include "kvpaxos/kvpaxos.h"
#include "paxos/paxos.h"

/* The functions of paxos.h as one copy of the submission has them. */
struct paxos_api {
	struct paxos *(*make)(const struct paxos_config *config);
	void (*start)(struct paxos *px, int64_t seq, struct value v);
	enum paxos_fate (*status)(struct paxos *px, int64_t seq,
				  struct value *v);
	void (*done)(struct paxos *px, int64_t seq);
	int64_t (*max)(struct paxos *px);
	int64_t (*min)(struct paxos *px);
	void (*kill)(struct paxos *px);
	void (*free)(struct paxos *px);
	/* optional: NULL if the submission does not have it */
	void (*stats)(struct paxos *px, struct paxos_stats *stats);
};

/*
 * Copies the shared object SUBMISSION to the new file COPY, loads that and
 * finds its functions.
 */
bool library_load(const char *submission, const char *copy,
		  struct paxos_api *api, struct value *error);

/* The functions of kvpaxos.h likewise. */
struct kv_api {
	struct kv_server *(*server_make)(const struct kv_server_config *);
	void (*server_kill)(struct kv_server *kv);
	void (*server_free)(struct kv_server *kv);
	struct paxos *(*server_paxos)(struct kv_server *kv);
	struct kv_clerk *(*clerk_make)(const struct kv_clerk_config *);
	void (*clerk_free)(struct kv_clerk *ck);
	void (*clerk_kill)(struct kv_clerk *ck);
	enum kv_status (*clerk_get)(struct kv_clerk *ck, struct value key,
				    struct value *val);
	enum kv_status (*clerk_put)(struct kv_clerk *ck, struct value key,
				    struct value val);
	enum kv_status (*clerk_append)(struct kv_clerk *ck, struct value key,
				       struct value val);
};

/* Finds them in COPY, which library_load() has loaded. */
bool library_find_kv(const char *copy, struct kv_api *api,
		     struct value *error);

#endif
