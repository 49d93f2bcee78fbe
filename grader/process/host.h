/*
 * host.h - one process that runs the submission, and what becomes of it.
 *
 * Threads: one thread, the same that started the host: the host dies when
 * that thread ends.
 *
 * Memory: host_start() has its host_end().  Strings in a struct ending are
 * released with ending_deinit().
 *
 * Errors: that the host is gone or does not answer is an answer; host_start()
 * returns NULL and says why.
 */
#ifndef GRADER_PROCESS_HOST_H
#define GRADER_PROCESS_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/process/flavour.h"
#include "labrpc/labrpc.h"

struct host;

struct host_config {
	const char *program;    /* the host's executable */
	const char *submission; /* the shared object on trial */
	const char *dir;        /* a private folder, with a short path */
	const char *world;
	const struct flavour *flavour;
	bool quiet;             /* it logs nothing, whatever LAB_LOG says */
};

/* Starts a host and leaves it to come up; WHY says why it cannot. */
struct host *host_start(const struct host_config *config, char *why,
			size_t why_size);

enum answer {
	ANSWER_GIVEN, /* *REPLY holds it */
	ANSWER_ENDED, /* the host has ended */
	ANSWER_STUCK, /* it lives, and did not answer in time */
};

/* Makes a control call (control.h) within host_call_ms(). */
enum answer host_call(struct host *h, const struct rpc_proc *proc,
		      const void *args, void *reply);
int host_call_ms(const struct flavour *flavour);

/* Tells whether H is up and answers; if not, whether it still lives. */
bool host_hello(struct host *h);
bool host_lives(struct host *h);

/* How a host ended. */
struct ending {
	bool by_itself;   /* before it was killed, within the time */
	bool clean;       /* by_itself, exit status 0, nothing found */
	char words[256];  /* what happened, in words */
	char *report;     /* the first finding, or the end of its output; ""
			   * of what is not written yet */
	bool is_finding;
	bool crashed;     /* by a bad access or the like, cause unknown */
	bool is_todo;     /* it came to a function that is not written yet */
};

/*
 * Waits until H ends, or kills it with its process group if it has not ended
 * in WITHIN_MS, and frees H.
 */
void host_end(struct host *h, int within_ms, struct ending *ending);
void ending_deinit(struct ending *ending);

#endif
