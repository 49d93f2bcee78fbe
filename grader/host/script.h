/*
 * script.h - nodes that the judge plays: their requests wait here until it
 * takes and answers them, and their calls leave from here.
 *
 * Threads: every function from any thread; open and close from one at a time.
 *
 * Memory: values that are handed out are copies, the caller's to free.  At
 * most SCRIPT_REQUESTS_MAX requests wait; what comes beyond is lost, as in a
 * network.
 *
 * Errors: false, with the reason in *ERROR (control.x).
 */
#ifndef GRADER_HOST_SCRIPT_H
#define GRADER_HOST_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "control_messages.h"
#include "grader/host/world.h"
#include "labrpc/network.h"

#define SCRIPT_REQUESTS_MAX 1024

struct script;

/* Makes a script without nodes, in WORLD, for calls that wait CALL_MS. */
struct script *script_make(const struct world *world, int64_t call_ms);

/* Frees SCRIPT, which must have been closed if it was opened. */
void script_free(struct script *script);

/* Opens NODE of NET as a scripted one. */
bool script_open(struct script *script, struct network *net, int node,
		 struct value *error);

/* Lets every waiting request go and closes the nodes' servers. */
void script_close(struct script *script);

/* Takes the next request that reached ARGS->at, waiting for a time. */
void script_take(struct script *script, const struct ctl_take_args *args,
		 struct ctl_take_reply *reply);

/*
 * Answers a request that was taken, or drops it.  If its caller has given up
 * meanwhile nothing happens: the answer came too late, as answers may.
 */
bool script_answer(struct script *script, const struct ctl_answer_args *args,
		   struct value *error);

/* Calls from a scripted node over NET and waits for the reply. */
void script_send(struct script *script, struct network *net,
		 const struct ctl_send_args *args,
		 struct ctl_send_reply *reply);

#endif
