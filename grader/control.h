/*
 * control.h - the procedures of control.x, ready for rpc_call() in the judge
 * and for rpc_serve() in the host.
 *
 * PROC_CTL_HELLO stands for CTL_HELLO, and so on; arguments and replies are
 * those of control.x.  Where control.x says `void`, pass NULL.
 *
 * Threads: any.  Memory: nothing is allocated.  Errors: a reply's
 * `error` that is not empty; no reply at all means that the host has ended.
 */
#ifndef GRADER_CONTROL_H
#define GRADER_CONTROL_H

#include "control_messages.h" /* made from control.x by rpcgen */
#include "labrpc/labrpc.h"

/* The longest wait that a call may ask for (within_ms, ms), in milliseconds;
 * longer ones are refused. */
#define CTL_WAIT_MAX_MS 600000

/* How an error begins that is the submission's own fault: it lacks a function,
 * it cannot be loaded. */
#define CTL_SUBMISSION "submission: "

/*
 * How an error begins that says what the system has refused the host since the
 * submission was loaded, which may have used it up: whether it has is for the
 * judge to find out.
 */
#define CTL_REFUSED "refused: "

/*
 * How an error begins that says how a run of the simulation has ended: then
 * come the reason (enum sim_reason), a colon, and words for a person.
 */
#define CTL_SIMULATION "simulation: "

/*
 * How an error begins that says which peer has broken a rule of the protocol:
 * then come four lines, the rule, what happened, and up to two messages.
 */
#define CTL_ACCUSATION "referee: "

/*
 * Numbers in a value of control.x, each as CTL_NUMBER_BYTES bytes, the highest
 * first.  Writing fills as many bytes as N NUMBERS take; reading stores at
 * most MAX of them and returns how many.
 */
#define CTL_NUMBER_BYTES 8
void ctl_write_numbers(const uint64_t numbers[], size_t n,
		       unsigned char bytes[]);
size_t ctl_read_numbers(struct value bytes, uint64_t numbers[], size_t max);

extern const struct rpc_proc PROC_CTL_HELLO;
extern const struct rpc_proc PROC_CTL_OPEN;
extern const struct rpc_proc PROC_CTL_OPEN_PEER;
extern const struct rpc_proc PROC_CTL_KILL_PEER;
extern const struct rpc_proc PROC_CTL_START;
extern const struct rpc_proc PROC_CTL_STATUS;
extern const struct rpc_proc PROC_CTL_DONE;
extern const struct rpc_proc PROC_CTL_BOUNDS;
extern const struct rpc_proc PROC_CTL_WAIT;
extern const struct rpc_proc PROC_CTL_RUN;
extern const struct rpc_proc PROC_CTL_PARTITION;
extern const struct rpc_proc PROC_CTL_HEAL;
extern const struct rpc_proc PROC_CTL_DEAFEN;
extern const struct rpc_proc PROC_CTL_SLOW;
extern const struct rpc_proc PROC_CTL_CUT;
extern const struct rpc_proc PROC_CTL_FAULTS;
extern const struct rpc_proc PROC_CTL_COUNT;
extern const struct rpc_proc PROC_CTL_SEND;
extern const struct rpc_proc PROC_CTL_TAKE;
extern const struct rpc_proc PROC_CTL_ANSWER;
extern const struct rpc_proc PROC_CTL_STATS;
extern const struct rpc_proc PROC_CTL_END;
extern const struct rpc_proc PROC_CTL_CLOSE;
extern const struct rpc_proc PROC_CTL_MEMORY;
extern const struct rpc_proc PROC_CTL_CLERK_OPEN;
extern const struct rpc_proc PROC_CTL_CLERK_KILL;
extern const struct rpc_proc PROC_CTL_CLERK_CLOSE;
extern const struct rpc_proc PROC_CTL_BEGIN;
extern const struct rpc_proc PROC_CTL_WORK;
extern const struct rpc_proc PROC_CTL_IDLE;
extern const struct rpc_proc PROC_CTL_EVENT;
extern const struct rpc_proc PROC_CTL_VOLLEY;
extern const struct rpc_proc PROC_CTL_THRONG;
extern const struct rpc_proc PROC_CTL_NOTE;
extern const struct rpc_proc PROC_CTL_TRACE;
extern const struct rpc_proc PROC_CTL_ABANDON;

/* All of them, for who has to do with each. */
extern const struct rpc_proc *const ctl_procs[];
extern const size_t ctl_nprocs;

#endif
