/*
 * host_test.c - the host with the reference solution, and with submissions
 * that misbehave.
 */
#define _DEFAULT_SOURCE /* personality() */

#include "grader/tests/host_trial.h"

static void agree(const char *flavour)
{
	struct host host = start("reference", flavour);
	struct ctl_peer_args two = { .peer = 2 };
	struct ctl_partition_args split;
	struct ctl_bounds_reply bounds;
	struct ctl_stats_reply stats;

	open_group(&host, 3, 0, "");
	start_agreement(&host, 0, 0, "hello");
	expect_decided(&host, 0, 3, "hello");
	cr_expect(count_calls(&host, &PROC_PREPARE) == 2);
	cr_expect(count_calls(&host, &PROC_ACCEPT) == 2);
	cr_expect(count_calls(&host, &PROC_DECIDED) == 2);

	for (int i = 0; i < CTL_NODES_MAX; i++)
		split.group_of[i] = i == 2;
	expect_done(&host, &PROC_CTL_PARTITION, &split, "");
	start_agreement(&host, 0, 1, "without two");
	expect_decided(&host, 1, 2, "without two");
	expect_done(&host, &PROC_CTL_HEAL, NULL, "");
	start_agreement(&host, 2, 1, "too late");
	expect_decided(&host, 1, 3, "without two");

	expect_done(&host, &PROC_CTL_KILL_PEER, &two, "");
	expect_done(&host, &PROC_CTL_KILL_PEER, &two, "peer 2 is not open");
	start_agreement(&host, 1, 2, "while two is dead");
	expect_decided(&host, 2, 2, "while two is dead");
	expect_done(&host, &PROC_CTL_OPEN_PEER, &two, "");
	start_agreement(&host, 2, 2, "from a new one");
	expect_decided(&host, 2, 3, "while two is dead");

	call(&host, &PROC_CTL_BOUNDS, &two, &bounds);
	cr_expect(bounds.max == 2 && bounds.min == 0);
	call(&host, &PROC_CTL_STATS, &two, &stats);
	cr_expect(stats.decided == 1, "%d", (int)stats.decided);
	cr_expect(count_files(&host, "peer2.") == 2);
	end(&host);
}

Test(host, runs_the_reference)
{
	for (int i = 0; flavours[i] != NULL; i++)
		agree(flavours[i]);
}

Test(host, refuses_what_makes_no_sense)
{
	struct host host = start("counts_peers", flavours[0]);
	struct ctl_open_args unknown = { .npeers = 3 };
	struct ctl_peer_args peer = { .peer = 3 };
	struct ctl_node_args node = { .node = 64 };
	struct ctl_run_args forever = { .ms = -1 };
	struct ctl_faults_args faults = { .from = -1, .to = -1,
					  .lose_reply_ppm = 1000001 };
	struct ctl_answer_args nothing = { .ticket = 1 };

	expect_done(&host, &PROC_CTL_HEAL, NULL, "no group is open");
	expect_done(&host, &PROC_CTL_ANSWER, &nothing, "no group is open");
	open_group(&host, 0, 0, "0 peers: they must be 1 to 16");
	unknown.faults = text_value("stormy");
	expect_done(&host, &PROC_CTL_OPEN, &unknown, "no faults \"stormy\"");
	value_free(&unknown.faults);
	open_group(&host, 3, 0, "");
	open_group(&host, 3, 0, "open already");
	expect_done(&host, &PROC_CTL_OPEN_PEER, &peer, "not one of the peers");
	expect_done(&host, &PROC_CTL_KILL_PEER, &peer, "peer 3 is not open");
	expect_done(&host, &PROC_CTL_DEAFEN, &node, "no node 64 among 3");
	expect_done(&host, &PROC_CTL_RUN, &forever, "-1 ms");
	expect_done(&host, &PROC_CTL_FAULTS, &faults, "not in 0..1");
	expect_done(&host, &PROC_CTL_ANSWER, &nothing, "never given");
	end(&host);
}

Test(host, gives_each_peer_its_own_variables)
{
	for (int i = 0; flavours[i] != NULL; i++) {
		struct host host = start("counts_peers", flavours[i]);
		struct ctl_bounds_reply bounds;

		open_group(&host, 3, 0, "");
		for (int peer = 0; peer < 3; peer++) {
			struct ctl_peer_args args = { .peer = peer };

			call(&host, &PROC_CTL_BOUNDS, &args, &bounds);
			cr_expect(bounds.max == 1, "%d", (int)bounds.max);
		}
		end(&host);
	}
}

Test(host, ends_a_wait_at_a_disagreement)
{
	struct host host = start("disagrees", flavours[0]);
	struct ctl_wait_args args = { .count = 3, .within_ms = 600000 };
	struct ctl_wait_reply reply;

	open_group(&host, 3, 0, "");
	call(&host, &PROC_CTL_WAIT, &args, &reply);
	cr_expect(reply.fates[0] == FATE_PENDING && reply.decided == 2);
	cr_expect(reply.other_peer == 2);
	cr_expect(reply.first.len == 1 && reply.first.data[0] == 1);
	cr_expect(reply.other.len == 1 && reply.other.data[0] == 2);
	value_free(&reply.first);
	value_free(&reply.other);
	end(&host);
}

Test(host, names_what_a_submission_lacks)
{
	struct host host = start("no_done", flavours[0]);

	open_group(&host, 1, 0,
		   CTL_SUBMISSION "it does not define paxos_done()");
	end(&host);
}

/* Statistics are for whoever wants to see them. */
Test(host, does_without_statistics)
{
	struct host host = start("no_stats", flavours[0]);
	struct ctl_peer_args peer = { .peer = 0 };
	struct ctl_stats_reply stats;

	open_group(&host, 1, 0, "");
	call(&host, &PROC_CTL_STATS, &peer, &stats);
	cr_expect(stats.error.len > 0);
	value_free(&stats.error);
	end(&host);
}

/* A submission that ends the process has not let the call be answered. */
static void expect_early_end(const char *name, const struct rpc_proc *proc)
{
	struct host host = start(name, flavours[0]);
	struct ctl_open_args args = { .npeers = 1 };
	struct ctl_done reply;
	bool replied;
	int status;

	if (proc == &PROC_CTL_END)
		open_group(&host, 1, 0, "");
	replied = rpc_call(host.end, proc, &args, &reply);
	status = reap(&host);
	cr_assert(!replied, "%s was answered", proc->name);
	cr_assert(WIFEXITED(status), "status %#x", (unsigned)status);
}

Test(host, shows_exit_in_make)
{
	expect_early_end("exit_in_make", &PROC_CTL_OPEN);
}

Test(host, shows_exit_at_load)
{
	expect_early_end("constructor", &PROC_CTL_OPEN);
}

Test(host, shows_exit_at_the_end)
{
	expect_early_end("exit_in_kill", &PROC_CTL_END);
}

Test(host, ends_when_the_judge_has_gone)
{
	struct host host = start("counts_peers", flavours[0]);
	int status;

	open_group(&host, 3, 0, "");
	rpc_end_close(host.end);
	host.end = NULL;
	status = reap(&host);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1,
		  "status %#x", (unsigned)status);
}
