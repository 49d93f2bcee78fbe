/*
 * host_memory_test.c - what the host counts as live memory.
 */
#define _DEFAULT_SOURCE /* personality() */

#include "grader/tests/host_trial.h"

#define LONG_BYTES 100000
#define SLACK_BYTES 64 /* by which an allocator may round up */

static struct ctl_memory_reply count(struct host *host)
{
	struct ctl_memory_reply reply;

	call(host, &PROC_CTL_MEMORY, NULL, &reply);
	cr_assert(reply.error.len == 0);
	return reply;
}

static void start_long(struct host *host, int64_t seq)
{
	static unsigned char bytes[LONG_BYTES];
	struct ctl_start_args args = {
		.seq = seq,
		.val = value_make(bytes, sizeof(bytes)),
	};

	expect_done(host, &PROC_CTL_START, &args, "");
	value_free(&args.val);
}

static void counts_every_way(const char *flavour)
{
	struct host host = start("allocates", flavour);
	struct ctl_seq_args done = { .seq = 0 };
	struct ctl_wait_args look = { .count = 1 };
	struct ctl_wait_reply looked;
	struct ctl_memory_reply before, now;

	open_group(&host, 1, 0, "");
	before = count(&host);
	cr_expect(before.live_blocks == 1, "%d blocks",
		  (int)before.live_blocks);
	for (int seq = 0; seq < 3; seq++) {
		start_long(&host, seq);
		now = count(&host);
		cr_expect(now.live_blocks == 2, "%s: %d blocks", flavour,
			  (int)now.live_blocks);
		cr_expect(now.live_bytes >= before.live_bytes + LONG_BYTES &&
			  now.live_bytes <= before.live_bytes + LONG_BYTES +
					    SLACK_BYTES,
			  "%s: %d bytes", flavour, (int)now.live_bytes);
	}
	call(&host, &PROC_CTL_WAIT, &look, &looked);
	cr_expect(looked.first.len == LONG_BYTES);
	value_free(&looked.first);
	now = count(&host);
	cr_expect(now.live_blocks == 2, "%s: %d blocks after a look", flavour,
		  (int)now.live_blocks);
	expect_done(&host, &PROC_CTL_DONE, &done, "");
	now = count(&host);
	cr_expect(now.live_blocks == 1 &&
		  now.live_bytes == before.live_bytes, "%s: %d bytes",
		  flavour, (int)now.live_bytes);
	cr_expect(now.peak_bytes >= 2 * LONG_BYTES);
	end(&host);
}

Test(host_memory, counts_every_way)
{
	for (int i = 0; flavours[i] != NULL; i++)
		counts_every_way(flavours[i]);
}

/* Values change hands between peers and labrpc; in the end none is left. */
static void nothing_is_left(const char *flavour)
{
	struct host host = start("reference", flavour);
	struct ctl_memory_reply now;

	open_group(&host, 3, 0, "");
	for (int seq = 0; seq < 20; seq++)
		start_agreement(&host, seq % 3, seq, "a value of some length");
	for (int seq = 0; seq < 20; seq++)
		expect_decided(&host, seq, 3, "a value of some length");
	now = count(&host);
	cr_expect(now.live_blocks >= 60, "%s: %d blocks", flavour,
		  (int)now.live_blocks);
	for (int peer = 0; peer < 3; peer++) {
		struct ctl_peer_args args = { .peer = peer };

		expect_done(&host, &PROC_CTL_KILL_PEER, &args, "");
	}
	now = count(&host);
	cr_expect(now.live_blocks == 0 && now.live_bytes == 0,
		  "%s: %d blocks, %d bytes", flavour, (int)now.live_blocks,
		  (int)now.live_bytes);
	end(&host);
}

Test(host_memory, nothing_is_left)
{
	for (int i = 0; flavours[i] != NULL; i++)
		nothing_is_left(flavours[i]);
}
