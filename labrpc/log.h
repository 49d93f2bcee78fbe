/*
 * log.h - one line per event, key=value, off unless LAB_LOG asks for it.
 *
 *     LAB_LOG=debug make grade TEST=partition/minority
 *
 * prints lines such as
 *
 *     t=0.008149 peer=1 DEBUG promise seq=1 n=1 from=0 ... call=0:0
 *
 * t is seconds since the process began, peer the number given to log_peer(),
 * then level and event.  `call` ties a request to its handling on the other
 * peer and to its reply: caller, colon, number of the call.  It stands in the
 * lines of labrpc, and behind all that a handler writes.  Lines go to stderr,
 * or are appended to the file that LAB_LOG_FILE names.
 *
 * Threads: any thread may log; a line is written whole.  Memory: nothing is
 * kept.  Errors: a log that cannot be written is dropped silently; an unknown
 * LAB_LOG is an error at the first use that names the levels there are.
 *
 * A line that is off costs one call that looks, and its arguments are not
 * evaluated.
 */
#ifndef LABRPC_LOG_H
#define LABRPC_LOG_H

#include <stdbool.h>

enum log_level {
	LOG_OFF,   /* the default */
	LOG_ERROR, /* something was given up */
	LOG_INFO,  /* decisions, peers that come and go */
	LOG_DEBUG, /* every message and every change of a ballot */
};

/* Sets the level by name: off, error, info or debug.  Returns 0 if
 * there is no such level. */
int log_set_level(const char *name);

/* Tells whether a line of LEVEL would be written. */
bool log_on(enum log_level level);

/* Names the peer on whose behalf the calling thread works; -1 for none. */
void log_peer(int peer);

/*
 * Writes EVENT (one word) and FMT's key=value pairs if LEVEL is on:
 *
 *     log_event(LOG_DEBUG, "promise", "seq=%" PRId64 " n=%" PRId64, seq, n);
 */
#define log_event(level, event, ...)                                          \
	do {                                                                  \
		if (log_on(level))                                            \
			log_write((level), (event), __VA_ARGS__);             \
	} while (0)

void log_write(enum log_level level, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
