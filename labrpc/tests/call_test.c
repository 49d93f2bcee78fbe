/*
 * call_test.c - calls between an end and a server: what goes comes back,
 * whatever its size; and whatever goes wrong is no reply.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <pthread.h>

#include "labrpc/tests/echo.h"

static struct sockdir *dir;
static char path[108];
static struct echo *echo;
static struct rpc_end *end;

static void init(void)
{
	dir = sockdir_make();
	echo = echo_open(echo_path(dir, path));
	end = rpc_end_open(path, 3, ECHO_DEADLINE_MS);
	cr_assert(end != NULL);
}

static void fini(void)
{
	rpc_end_close(end);
	echo_close(echo);
	sockdir_remove(dir);
}

TestSuite(call, .init = init, .fini = fini);

Test(call, values_of_all_sizes)
{
	static const size_t sizes[] = { 0, 1, 3, 4, 1000, 4096, 65536,
					1 << 20, VALUE_MAX_BYTES };
	unsigned i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		cr_assert(echo_call(end, &PROC_ECHO, sizes[i], i), "%zu bytes",
			  sizes[i]);
}

Test(call, nothing_goes_and_nothing_comes)
{
	cr_assert(rpc_call(end, &PROC_VOID, NULL, NULL));
	echo_wait_handled(echo, 1);
}

Test(call, procedure_0_answers)
{
	static const struct rpc_proc null = { .name = "null",
					      .program = ECHO_PROGRAM,
					      .version = 1 };

	cr_assert(rpc_call(end, &null, NULL, NULL));
	echo_wait_handled(echo, 0);
}

/* Calls echo's numbers with something changed; must be refused. */
static void refused(struct rpc_proc proc)
{
	struct value args = VALUE_EMPTY, reply = { .len = 1 };

	cr_assert(!rpc_call(end, &proc, &args, &reply));
	cr_assert(reply.data == NULL && reply.len == 0, "zeroed");
}

Test(call, what_is_not_served)
{
	struct rpc_proc proc = PROC_ECHO;

	proc.program++;
	refused(proc);
	proc = PROC_ECHO;
	proc.version = 2;
	refused(proc);
	proc = PROC_ECHO;
	proc.number = 99;
	refused(proc);
	echo_wait_handled(echo, 0);
	cr_assert(echo_call(end, &PROC_ECHO, 5, 1), "the end still works");
}

Test(call, arguments_that_do_not_decode)
{
	struct rpc_proc proc = PROC_ECHO;
	struct value reply;

	proc.args_codec = NULL; /* sends nothing where a value must be */
	cr_assert(!rpc_call(end, &proc, NULL, &reply));
	echo_wait_handled(echo, 0);
	cr_assert(echo_call(end, &PROC_ECHO, 5, 1), "the end still works");
}

Test(call, reply_that_does_not_decode)
{
	struct rpc_proc proc = PROC_VOID;
	struct value reply = { .len = 1 };

	proc.reply_codec = echo_codec; /* expects what is not sent */
	proc.reply_size = sizeof(reply);
	cr_assert(!rpc_call(end, &proc, NULL, &reply));
	cr_assert(reply.data == NULL && reply.len == 0);
}

Test(call, nobody_there)
{
	struct rpc_end *lost;
	char nowhere[116];

	snprintf(nowhere, sizeof(nowhere), "%s/none", sockdir_path(dir));
	lost = rpc_end_open(nowhere, -1, ECHO_DEADLINE_MS);
	cr_assert(!echo_call(lost, &PROC_ECHO, 5, 1));
	rpc_end_close(lost);
}

Test(call, a_path_that_is_too_long)
{
	char longer[200];

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	cr_assert(rpc_end_open(longer, 0, 1) == NULL);
	cr_assert(errno == ENAMETOOLONG);
	cr_assert(rpc_server_open(longer, 0) == NULL);
	cr_assert(errno == ENAMETOOLONG);
	cr_assert(rpc_server_open(path, 0) == NULL, "is taken");
	cr_assert(errno == EADDRINUSE);
}

Test(call, server_restarted)
{
	struct rpc_end *ends[] = { end, end, end };
	struct rpc_round *round;
	int from, i;

	/* Three connections stay behind in the end. */
	round = rpc_broadcast(ends, 3, &PROC_VOID, NULL);
	for (i = 0; i < 3; i++)
		cr_assert(rpc_next(round, &from) != NULL);
	rpc_round_end(round);

	echo_close(echo);
	cr_assert(!echo_call(end, &PROC_ECHO, 5, 1), "there is none");
	echo = echo_open(path);
	for (i = 0; i < 5; i++)
		cr_assert(echo_call(end, &PROC_ECHO, 5, 1), "call %d", i);
	echo_wait_handled(echo, 5);
}

static void *call_once(void *arg)
{
	cr_assert(echo_call(end, &PROC_ECHO, 100000, 7));
	return arg;
}

Test(call, waits_for_a_server_to_run)
{
	struct rpc_server *server;
	pthread_t thread;

	echo_close(echo);
	server = rpc_server_open(path, 0);
	cr_assert(pthread_create(&thread, NULL, call_once, NULL) == 0);
	echo = echo_serve(server);
	cr_assert(pthread_join(thread, NULL) == 0);
}

Test(call, handler_slower_than_the_time_out)
{
	struct rpc_end *hasty = rpc_end_open(path, 4, 30);

	cr_assert(!echo_call(hasty, &PROC_WAIT, 9, 1));
	echo_wait_waiting(echo, 1);
	cr_assert(echo_call(end, &PROC_ECHO, 9, 2), "others go on");
	echo_gate(echo, true);
	echo_wait_handled(echo, 2);
	rpc_end_close(hasty);
}

Test(call, late_replies_are_no_replies_to_the_next_call)
{
	struct value args = echo_value(100, 200);
	struct rpc_round *round;
	int descriptors, i;

	for (i = 0; i < 8; i++) {
		round = rpc_broadcast(&end, 1, &PROC_WAIT, &args);
		rpc_round_end(round);
	}
	value_free(&args);
	echo_wait_waiting(echo, 8);
	cr_assert(echo_call(end, &PROC_ECHO, 100, 99));
	echo_gate(echo, true);
	echo_wait_handled(echo, 9);
	descriptors = count_descriptors();
	for (i = 0; i < 100; i++)
		cr_assert(echo_call(end, &PROC_ECHO, 100, (unsigned)i));
	cr_assert(count_descriptors() == descriptors);
}

Test(call, many_that_nobody_waits_for)
{
	struct rpc_round *round;
	int before = count_descriptors(), i;

	raise_descriptors();
	for (i = 0; i < 200; i++) {
		struct value none = VALUE_EMPTY;

		round = rpc_broadcast(&end, 1, &PROC_WAIT, &none);
		rpc_round_end(round);
		echo_wait_waiting(echo, i + 1);
	}
	/* 64 of the caller's, while the server has a handler in each. */
	cr_assert(count_descriptors() - before <= 64 + 200, "%d of %d",
		  count_descriptors(), before);
	echo_gate(echo, true);
	echo_wait_handled(echo, 200);
	cr_assert(echo_call(end, &PROC_ECHO, 5, 1));
}

static void lock_and_leave(void *context, const void *args, void *reply)
{
	(void)args;
	(void)reply;
	mutex_lock(context);
}

Test(call, a_handler_that_leaves_a_mutex_locked_is_fatal, .signal = SIGABRT)
{
	static const struct rpc_proc leave = { .name = "leave",
					       .program = ECHO_PROGRAM,
					       .version = 2,
					       .number = 1 };
	static struct mutex mu;
	struct rpc_server *server;
	char other[120];

	cr_redirect_stderr();
	mutex_init(&mu);
	snprintf(other, sizeof(other), "%s2", path);
	server = rpc_server_open(other, 1);
	rpc_serve(server, &leave, lock_and_leave, &mu);
	rpc_server_run(server);
	rpc_call(rpc_end_open(other, 3, ECHO_DEADLINE_MS), &leave, NULL,
		 NULL);
}
