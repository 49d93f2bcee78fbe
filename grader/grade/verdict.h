/*
 * verdict.h - the private channel between a judge and its supervisor.
 *
 * A Unix socket in the test's folder, open for one connection: the judge's,
 * which comes before there is a host that runs foreign code.  Then the socket
 * is gone.  Each line is one JSON object with the token, which only the
 * judge was told, and an event: "began", "step" or "anew", then "verdict" or,
 * of a test that is itself at fault, "mistake".  Anything else makes the
 * channel refused: what came over it does not count.  Who has nothing to
 * do with the test and connects is sent away, and costs it nothing.
 *
 * Threads: none.
 *
 * Memory: a channel keeps at most one line of VERDICT_LINE_MAX bytes.
 *
 * Errors: channel_open() returns false with errno set.
 */
#ifndef GRADER_GRADE_VERDICT_H
#define GRADER_GRADE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "grader/grade/outcome.h"
#include "grader/grade/steps.h"

#define VERDICT_LINE_MAX (1 << 20)
#define TOKEN_BYTES 16

struct channel {
	char path[108];
	char token[2 * TOKEN_BYTES + 1];
	int listener;           /* -1 once the judge is connected */
	int fd;                 /* the judge's connection, or -1 */
	bool on_trial;          /* whose it is will show by the token */
	char *line;             /* what came since the last newline */
	size_t used;
	bool began;
	bool has_verdict;
	struct steps steps;     /* that the judge has told so far */
	struct outcome verdict; /* result PASS, FAIL or GRADER_ERROR */
	char *refused;          /* why nothing here counts, or NULL */
};

/* Opens CHANNEL in the folder DIR, with a fresh token. */
bool channel_open(struct channel *channel, const char *dir);
void channel_close(struct channel *channel);

/* The descriptor to poll for reading, or -1. */
int channel_poll_fd(const struct channel *channel);

/*
 * Takes what there is to take without waiting: the connection, which must
 * come from JUDGE or a process below it, and lines.  Returns false when
 * nothing more can be had for now.  To be called by the judge's supervisor.
 */
bool channel_take(struct channel *channel, pid_t judge);

#endif
