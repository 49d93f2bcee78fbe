/*
 * log.c - log lines, each in one write().
 *
 * The level is set before main() by a constructor, so that a line that is off
 * costs the call of log_on() and nothing else, from the first one on, also in
 * objects that are loaded later.  These do not see the level as a variable,
 * for one that all peers can write to would be a way around the network.  A
 * LAB_LOG that names no level is kept as LEVEL_UNKNOWN, above all levels: the
 * first line of any level then comes to log_write(), which ends the process.
 *
 * Lines go to stderr, or are appended to LAB_LOG_FILE if that is set.  They
 * are shorter than PIPE_BUF, so that also in a pipe they stay whole.
 */
#include "labrpc/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "labrpc/call_id.h"
#include "labrpc/log_call.h"
#include "labrpc/log_clock.h"

#define LINE_MAX_BYTES 1024
#define CALL_MAX_BYTES 24 /* " call=254:16777215" */
#define LEVEL_UNKNOWN (LOG_DEBUG + 1)

static atomic_int level_now = LOG_OFF;

static const char *const level_names[] = { "off", "error", "info", "debug" };
static const char *const level_words[] = { "OFF", "ERROR", "INFO", "DEBUG" };

static struct timespec began; /* fixed before main() */
static pthread_once_t opened = PTHREAD_ONCE_INIT;
static int log_fd = -1; /* fixed by open_log() */
static _Thread_local int this_peer = -1;
static _Thread_local int64_t this_call = LOG_NO_CALL;
static int64_t (*other_clock)(void); /* NULL: real time */

bool log_on(enum log_level level)
{
	return atomic_load_explicit(&level_now, memory_order_relaxed) >=
	       (int)level;
}

int log_set_level(const char *name)
{
	for (int i = LOG_OFF; i <= LOG_DEBUG; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			atomic_store(&level_now, i);
			return 1;
		}
	}
	return 0;
}

/* Runs before all other constructors of the program. */
__attribute__((constructor(101))) static void begin_log(void)
{
	const char *name = getenv("LAB_LOG");

	clock_gettime(CLOCK_MONOTONIC, &began);
	if (name != NULL && name[0] != '\0' && !log_set_level(name))
		atomic_store(&level_now, LEVEL_UNKNOWN);
}

static void open_log(void)
{
	const char *path = getenv("LAB_LOG_FILE");

	if (path == NULL || path[0] == '\0')
		log_fd = STDERR_FILENO;
	else
		log_fd = open(path,
			      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

/* A mistake of whoever set LAB_LOG, so an exit status rather than a core. */
static _Noreturn void refuse_level(void)
{
	const char *name = getenv("LAB_LOG");

	dprintf(STDERR_FILENO,
		"LAB_LOG=%.100s: no such level; there are off, error, info "
		"and debug\n",
		name == NULL ? "" : name);
	_exit(2);
}

void log_set_clock(int64_t (*now_us)(void))
{
	other_clock = now_us;
}

void log_peer(int peer)
{
	this_peer = peer;
}

int64_t log_call(int64_t call)
{
	int64_t before = this_call;

	this_call = call;
	return before;
}

/*
 * Writes what a line ends with that says FMT: the call that is handled, unless
 * the line names one itself, or who calls is unknown and so has no number.
 */
static size_t end_line(char end[CALL_MAX_BYTES], const char *fmt)
{
	uint32_t xid = (uint32_t)this_call;

	end[0] = '\0';
	if (this_call == LOG_NO_CALL || call_from(xid) < 0 ||
	    strstr(fmt, "call=") != NULL)
		return 0;
	return (size_t)snprintf(end, CALL_MAX_BYTES, " call=" CALL_ID,
				CALL_ID_ARGS(xid));
}

/* Writes what every line begins with into LINE; returns its length. */
static size_t begin_line(char *line, size_t size, enum log_level level,
			 const char *event)
{
	struct timespec now;
	int64_t us;
	int used;

	clock_gettime(CLOCK_MONOTONIC, &now);
	us = (int64_t)(now.tv_sec - began.tv_sec) * 1000000 +
	     (now.tv_nsec - began.tv_nsec) / 1000;
	if (other_clock != NULL)
		us = other_clock();
	used = snprintf(line, size, "t=%lld.%06lld peer=%d %s %s",
			(long long)(us / 1000000), (long long)(us % 1000000),
			this_peer, level_words[level], event);
	return (size_t)used < size ? (size_t)used : size - 1;
}

void log_write(enum log_level level, const char *event, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES], end[CALL_MAX_BYTES];
	int saved_errno = errno;
	size_t used, room, wanted, end_len;
	va_list args;

	if (atomic_load(&level_now) == LEVEL_UNKNOWN)
		refuse_level();
	if (!log_on(level) || level <= LOG_OFF || level > LOG_DEBUG)
		return;
	pthread_once(&opened, open_log);
	used = begin_line(line, sizeof line - 1, level, event);
	line[used++] = ' ';
	end_len = end_line(end, fmt);
	room = sizeof line - used - end_len;
	va_start(args, fmt);
	wanted = (size_t)vsnprintf(line + used, room, fmt, args);
	va_end(args);
	if (wanted < room) {
		used += wanted;
	} else {
		used += room - 1;
		memcpy(line + used - 3, "...", 3);
	}
	memcpy(line + used, end, end_len);
	used += end_len;
	for (size_t i = 0; i < used; i++) {
		if ((unsigned char)line[i] < ' ')
			line[i] = '?'; /* one event, one line */
	}
	line[used++] = '\n';
	(void)!write(log_fd, line, used); /* dropped if it fails */
	errno = saved_errno;
}
