/*
 * echo.h - a server for tests, with procedures simple enough to tell what was
 * done to them on the way.
 *
 * In one header, because each test is one file.
 *
 * Threads: any may call.  Memory: echo_open() and echo_close().
 * Errors: check() ends the process, which fails a test of either kind.
 */
#ifndef LABRPC_TESTS_ECHO_H
#define LABRPC_TESTS_ECHO_H

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "labrpc/endpoint.h"
#include "labrpc/labrpc.h"
#include "labrpc/sockdir.h"
#include "labrpc/sync.h"
#include "labrpc/xdr_value.h"

#define check(cond, ...)                                                      \
	do {                                                                  \
		if (!(cond)) {                                                \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__,    \
				#cond);                                       \
			fprintf(stderr, __VA_ARGS__);                         \
			fputc('\n', stderr);                                  \
			abort();                                              \
		}                                                             \
	} while (0)

/* Far beyond what anything here takes: only a failure waits so long. */
#define ECHO_DEADLINE_MS 60000

#define ECHO_PROGRAM 0x20000777u

/* The value comes back as it went. */
#define ECHO_ECHO 1
/* The same, once the gate is open. */
#define ECHO_WAIT 2
/* Nothing goes and nothing comes. */
#define ECHO_VOID 3

static inline bool echo_codec(struct rpc_xdr *stream, void *message)
{
	return xdr_value((XDR *)stream, message);
}

static const struct rpc_proc PROC_ECHO = {
	.name = "echo",
	.program = ECHO_PROGRAM,
	.version = 1,
	.number = ECHO_ECHO,
	.args_size = sizeof(struct value),
	.reply_size = sizeof(struct value),
	.args_codec = echo_codec,
	.reply_codec = echo_codec,
};

static const struct rpc_proc PROC_WAIT = {
	.name = "wait",
	.program = ECHO_PROGRAM,
	.version = 1,
	.number = ECHO_WAIT,
	.args_size = sizeof(struct value),
	.reply_size = sizeof(struct value),
	.args_codec = echo_codec,
	.reply_codec = echo_codec,
};

static const struct rpc_proc PROC_VOID = {
	.name = "void",
	.program = ECHO_PROGRAM,
	.version = 1,
	.number = ECHO_VOID,
};

/* What the handlers of a server share; guarded by mu. */
struct echo {
	struct mutex mu;
	struct cond changed;
	int handled;             /* requests, all procedures */
	bool open;               /* the gate of ECHO_WAIT */
	int waiting;             /* handlers in front of it */
	struct rpc_server *server;
};

static inline void echo_count(struct echo *echo)
{
	mutex_lock(&echo->mu);
	echo->handled++;
	cond_broadcast(&echo->changed);
	mutex_unlock(&echo->mu);
}

static inline void echo_echo(void *context, const void *args, void *reply)
{
	const struct value *sent = args;
	struct value *back = reply;

	*back = value_copy(*sent);
	echo_count(context);
}

static inline void echo_wait(void *context, const void *args, void *reply)
{
	struct echo *echo = context;

	mutex_lock(&echo->mu);
	echo->waiting++;
	cond_broadcast(&echo->changed);
	while (!echo->open)
		cond_wait(&echo->changed, &echo->mu);
	echo->waiting--;
	cond_broadcast(&echo->changed);
	mutex_unlock(&echo->mu);
	echo_echo(context, args, reply);
}

static inline void echo_void(void *context, const void *args, void *reply)
{
	(void)args;
	(void)reply;
	echo_count(context);
}

/* Opens or closes the gate of ECHO_WAIT. */
static inline void echo_gate(struct echo *echo, bool open)
{
	mutex_lock(&echo->mu);
	echo->open = open;
	cond_broadcast(&echo->changed);
	mutex_unlock(&echo->mu);
}

/* Waits until N handlers stand in front of the gate. */
static inline void echo_wait_waiting(struct echo *echo, int n)
{
	mutex_lock(&echo->mu);
	while (echo->waiting != n)
		check(cond_wait_ms(&echo->changed, &echo->mu,
				   ECHO_DEADLINE_MS),
		      "%d of %d wait", echo->waiting, n);
	mutex_unlock(&echo->mu);
}

/* Waits until N requests have been handled, and checks that it is no more. */
static inline void echo_wait_handled(struct echo *echo, int n)
{
	mutex_lock(&echo->mu);
	while (echo->handled < n)
		check(cond_wait_ms(&echo->changed, &echo->mu,
				   ECHO_DEADLINE_MS),
		      "%d of %d handled", echo->handled, n);
	check(echo->handled == n, "%d, not %d", echo->handled, n);
	mutex_unlock(&echo->mu);
}

/* Lets SERVER serve, and run.  The gate is shut. */
static inline struct echo *echo_serve(struct rpc_server *server)
{
	struct echo *echo = calloc(1, sizeof(*echo));

	check(server != NULL && echo != NULL, "%s", strerror(errno));
	mutex_init(&echo->mu);
	cond_init(&echo->changed);
	echo->server = server;
	rpc_serve(server, &PROC_ECHO, echo_echo, echo);
	rpc_serve(server, &PROC_WAIT, echo_wait, echo);
	rpc_serve(server, &PROC_VOID, echo_void, echo);
	rpc_server_run(server);
	return echo;
}

/* A private folder, and the path of a socket in it. */
static inline const char *echo_path(struct sockdir *dir, char path[108])
{
	check(dir != NULL, "no folder: %s", strerror(errno));
	snprintf(path, 108, "%s/echo", sockdir_path(dir));
	return path;
}

static inline struct echo *echo_open(const char *path)
{
	return echo_serve(rpc_server_open(path, 0));
}

static inline void echo_close(struct echo *echo)
{
	echo_gate(echo, true);
	rpc_server_close(echo->server);
	cond_destroy(&echo->changed);
	mutex_destroy(&echo->mu);
	free(echo);
}

/* LEN bytes that differ with SEED; to be freed. */
static inline struct value echo_value(size_t len, unsigned seed)
{
	struct value v = { .data = malloc(len + 1), .len = len };
	size_t i;

	check(v.data != NULL, "no memory");
	for (i = 0; i < len; i++)
		v.data[i] = (unsigned char)((i * 131 + seed) >> (i & 7));
	return v;
}

/* Calls PROC at END with LEN bytes; true if they came back. */
static inline bool echo_call(struct rpc_end *end, const struct rpc_proc *proc,
			     size_t len, unsigned seed)
{
	struct value sent = echo_value(len, seed), back;
	bool replied = rpc_call(end, proc, &sent, &back);

	check(replied ? value_equal(sent, back) : back.len == 0,
	      "%zu bytes went, %zu came", sent.len, back.len);
	value_free(&back);
	value_free(&sent);
	return replied;
}

/* The descriptors that this process has open. */
static inline int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	check(dir != NULL, "%s", strerror(errno));
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 3; /* ".", ".." and dir's own */
}

/* Lets this process have as many descriptors as it may. */
static inline void raise_descriptors(void)
{
	struct rlimit limit;

	check(getrlimit(RLIMIT_NOFILE, &limit) == 0, "%s", strerror(errno));
	limit.rlim_cur = limit.rlim_max;
	check(setrlimit(RLIMIT_NOFILE, &limit) == 0, "%s", strerror(errno));
}

/* A plain connection to the server at PATH, for saying what one likes. */
static inline int raw_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	check(strlen(path) < sizeof(address.sun_path), "%s", path);
	strcpy(address.sun_path, path);
	check(fd >= 0 && connect(fd, (struct sockaddr *)&address,
				 sizeof(address)) == 0,
	      "%s: %s", path, strerror(errno));
	return fd;
}

#endif
