/*
 * network_refuses_test.c - what a network cannot do it says by errno; what
 * makes no sense ends the process.
 */
#include "labrpc/network.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const struct rpc_proc proc = { .name = "none", .program = 1 };

Test(network_refuses, sizes_it_cannot_have)
{
	char path[200];

	memset(path, 'a', sizeof path);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	cr_assert(network_open("/tmp", 0, 1) == NULL && errno == EINVAL);
	cr_assert(network_open("/tmp", NETWORK_NODES_MAX + 1, 1) == NULL &&
		  errno == EINVAL);
	cr_assert(network_open(path, 3, 1) == NULL && errno == ENAMETOOLONG);
}

Test(network_refuses, unknown_folder_shows_when_a_server_opens)
{
	struct network *nowhere = network_open("/nowhere/at/all", 64, 1);

	cr_assert(nowhere != NULL);
	cr_assert(network_serve(nowhere, 63) == NULL && errno == ENOENT);
	network_close(nowhere);
}

Test(network_refuses, node_out_of_range, .signal = SIGABRT)
{
	cr_redirect_stderr();
	network_cut(network_open("/tmp", 3, 1), 0, 3, true);
}

Test(network_refuses, count_out_of_range, .signal = SIGABRT)
{
	cr_redirect_stderr();
	network_count(network_open("/tmp", 3, 1), -1, 3, &proc);
}

Test(network_refuses, partition_of_too_many, .signal = SIGABRT)
{
	static const int groups[] = { 0, 0, 0, 0 };

	cr_redirect_stderr();
	network_partition(network_open("/tmp", 3, 1), groups, 4);
}

Test(network_refuses, probability_out_of_range, .signal = SIGABRT)
{
	struct faults faults = { .lose_reply = 1.5 };

	cr_redirect_stderr();
	network_set_faults(network_open("/tmp", 3, 1), &faults);
}

Test(network_refuses, range_turned_round, .signal = SIGABRT)
{
	struct faults faults = { .delay_min_ms = 5, .delay_max_ms = 4 };

	cr_redirect_stderr();
	network_set_faults(network_open("/tmp", 3, 1), &faults);
}

/* A peer could free its calls of every fault by this. */
Test(network_refuses, to_let_an_end_be_written_to)
{
	struct network *net = network_open("/tmp", 3, 1);
	struct rpc_end *end = network_end(net, 1, 0);
	int fds[2];

	cr_assert(pipe(fds) == 0 && write(fds[1], "x", 1) == 1);
	cr_assert(read(fds[0], (void *)end, 1) == -1 && errno == EFAULT);
	close(fds[0]);
	close(fds[1]);
	network_close(net);
}

Test(network_refuses, an_end_that_is_closed, .signal = SIGABRT)
{
	struct network *net = network_open("/tmp", 3, 1);
	struct rpc_end *end = network_end(net, 1, 0);

	cr_redirect_stderr();
	network_close(net);
	rpc_call(end, &proc, NULL, NULL);
}

Test(network_refuses, a_round_that_has_ended, .signal = SIGABRT)
{
	struct rpc_end *end = network_end(network_open("/tmp", 3, 1), 1, 0);
	struct rpc_round *round = rpc_broadcast(&end, 0, &proc, NULL);

	cr_redirect_stderr();
	rpc_round_end(round);
	rpc_round_end(round);
}
