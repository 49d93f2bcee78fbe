/*
 * control.c - the table of the control program's procedures, and the bytes of
 * numbers (control.h).
 */
#define _DEFAULT_SOURCE 1 /* for codec.h */

#include "grader/control.h"

#include "labrpc/codec.h"

CODEC(ctl_done)
CODEC(ctl_close_reply)
CODEC(ctl_hello_reply)
CODEC(ctl_open_args)
CODEC(ctl_peer_args)
CODEC(ctl_start_args)
CODEC(ctl_seq_args)
CODEC(ctl_status_reply)
CODEC(ctl_bounds_reply)
CODEC(ctl_wait_args)
CODEC(ctl_wait_reply)
CODEC(ctl_run_args)
CODEC(ctl_partition_args)
CODEC(ctl_node_args)
CODEC(ctl_link_args)
CODEC(ctl_faults_args)
CODEC(ctl_count_args)
CODEC(ctl_count_reply)
CODEC(ctl_send_args)
CODEC(ctl_send_reply)
CODEC(ctl_take_args)
CODEC(ctl_take_reply)
CODEC(ctl_answer_args)
CODEC(ctl_stats_reply)
CODEC(ctl_memory_reply)
CODEC(ctl_clerk_args)
CODEC(ctl_begin_args)
CODEC(ctl_work_args)
CODEC(ctl_idle_args)
CODEC(ctl_idle_reply)
CODEC(ctl_event_args)
CODEC(ctl_event_reply)
CODEC(ctl_volley_args)
CODEC(ctl_volley_reply)
CODEC(ctl_throng_args)
CODEC(ctl_text_args)
CODEC(ctl_trace_args)
CODEC(ctl_trace_reply)

/* A procedure without arguments, and one with. */
#define PROC_VOID(NAME, label, reply)                                         \
	const struct rpc_proc PROC_##NAME = {                                 \
		.name = label,                                                \
		.program = CTL_PROGRAM,                                       \
		.version = CTL_V1,                                            \
		.number = NAME,                                               \
		.reply_size = sizeof(struct reply),                           \
		.reply_codec = codec_##reply,                                 \
	};

#define PROC(NAME, label, args, reply)                                        \
	const struct rpc_proc PROC_##NAME = {                                 \
		.name = label,                                                \
		.program = CTL_PROGRAM,                                       \
		.version = CTL_V1,                                            \
		.number = NAME,                                               \
		.args_size = sizeof(struct args),                             \
		.reply_size = sizeof(struct reply),                           \
		.args_codec = codec_##args,                                   \
		.reply_codec = codec_##reply,                                 \
	};

/*
 * All procedures: each is defined, and stands in the table, by its line here
 * alone.  Those of VOID have no arguments.
 */
#define PROCEDURES(VOID, PROC)                                                \
	VOID(CTL_HELLO, "hello", ctl_hello_reply)                             \
	PROC(CTL_OPEN, "open", ctl_open_args, ctl_done)                       \
	PROC(CTL_OPEN_PEER, "open_peer", ctl_peer_args, ctl_done)             \
	PROC(CTL_KILL_PEER, "kill_peer", ctl_peer_args, ctl_done)             \
	PROC(CTL_START, "start", ctl_start_args, ctl_done)                    \
	PROC(CTL_STATUS, "status", ctl_seq_args, ctl_status_reply)            \
	PROC(CTL_DONE, "done", ctl_seq_args, ctl_done)                        \
	PROC(CTL_BOUNDS, "bounds", ctl_peer_args, ctl_bounds_reply)           \
	PROC(CTL_WAIT, "wait", ctl_wait_args, ctl_wait_reply)                 \
	PROC(CTL_RUN, "run", ctl_run_args, ctl_done)                          \
	PROC(CTL_PARTITION, "partition", ctl_partition_args, ctl_done)        \
	VOID(CTL_HEAL, "heal", ctl_done)                                      \
	PROC(CTL_DEAFEN, "deafen", ctl_node_args, ctl_done)                   \
	PROC(CTL_SLOW, "slow", ctl_node_args, ctl_done)                       \
	PROC(CTL_CUT, "cut", ctl_link_args, ctl_done)                         \
	PROC(CTL_FAULTS, "faults", ctl_faults_args, ctl_done)                 \
	PROC(CTL_COUNT, "count", ctl_count_args, ctl_count_reply)             \
	PROC(CTL_SEND, "send", ctl_send_args, ctl_send_reply)                 \
	PROC(CTL_TAKE, "take", ctl_take_args, ctl_take_reply)                 \
	PROC(CTL_ANSWER, "answer", ctl_answer_args, ctl_done)                 \
	PROC(CTL_STATS, "stats", ctl_peer_args, ctl_stats_reply)              \
	VOID(CTL_END, "end", ctl_done)                                        \
	VOID(CTL_CLOSE, "close", ctl_close_reply)                             \
	VOID(CTL_MEMORY, "memory", ctl_memory_reply)                          \
	PROC(CTL_CLERK_OPEN, "clerk_open", ctl_clerk_args, ctl_done)          \
	PROC(CTL_CLERK_KILL, "clerk_kill", ctl_clerk_args, ctl_done)          \
	PROC(CTL_CLERK_CLOSE, "clerk_close", ctl_clerk_args, ctl_done)        \
	PROC(CTL_BEGIN, "begin", ctl_begin_args, ctl_done)                    \
	PROC(CTL_WORK, "work", ctl_work_args, ctl_done)                       \
	PROC(CTL_IDLE, "idle", ctl_idle_args, ctl_idle_reply)                 \
	PROC(CTL_EVENT, "event", ctl_event_args, ctl_event_reply)             \
	PROC(CTL_VOLLEY, "volley", ctl_volley_args, ctl_volley_reply)         \
	PROC(CTL_THRONG, "throng", ctl_throng_args, ctl_done)                 \
	PROC(CTL_NOTE, "note", ctl_text_args, ctl_done)                       \
	PROC(CTL_TRACE, "trace", ctl_trace_args, ctl_trace_reply)             \
	VOID(CTL_ABANDON, "abandon", ctl_close_reply)

PROCEDURES(PROC_VOID, PROC)

#define ENTRY(NAME, ...) &PROC_##NAME,
const struct rpc_proc *const ctl_procs[] = { PROCEDURES(ENTRY, ENTRY) };
const size_t ctl_nprocs = sizeof ctl_procs / sizeof ctl_procs[0];

void ctl_write_numbers(const uint64_t numbers[], size_t n,
		       unsigned char bytes[])
{
	for (size_t i = 0; i < n; i++)
		for (int shift = 8 * (CTL_NUMBER_BYTES - 1); shift >= 0;
		     shift -= 8)
			*bytes++ = (unsigned char)(numbers[i] >> shift);
}

size_t ctl_read_numbers(struct value bytes, uint64_t numbers[], size_t max)
{
	const unsigned char *at = bytes.data;
	size_t n = bytes.len / CTL_NUMBER_BYTES;

	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++) {
		numbers[i] = 0;
		for (int k = 0; k < CTL_NUMBER_BYTES; k++)
			numbers[i] = numbers[i] << 8 | *at++;
	}
	return n;
}
