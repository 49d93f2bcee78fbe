/*
 * clients.c - the control calls that concern clerks (clerks.h).
 *
 * The judge is trusted but may be mistaken: every number is checked here.
 *
 * Each clerk has a copy of the submission of its own, as peers have: in one
 * that they shared a static table could be the service.
 */
#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/control.h"
#include "grader/host/clerk.h"
#include "grader/host/error.h"
#include "grader/host/handlers.h"
#include "labrpc/fatal.h"

#define MILLION 1000000
#define OPERATIONS_MAX CLERK_EVENTS_MAX
#define KEYS_MAX 100000

/* The time between two looks at who is busy. */
#define LOOK_MS 1

static_assert(CTL_CLERKS_MAX + CTL_PEERS_MAX < CTL_NODES_MAX,
	      "there are nodes for all clerks and servers");

/* A clerk's copy of the submission, and the clerk while it is open. */
struct place {
	bool loaded;
	struct paxos_api unused;
	struct kv_api api;
	struct clerk *clerk; /* NULL: not open */
};

struct clerks {
	int n;
	int64_t began_ms;
	_Atomic uint64_t order;
	struct place places[CTL_CLERKS_MAX];
};

struct clerks *clerks_make(struct group *group, int n)
{
	struct clerks *clerks = calloc(1, sizeof(*clerks));

	if (clerks == NULL)
		lab_fatal("no memory for clerks");
	clerks->n = n;
	clerks->began_ms = group->world->now_ms();
	return clerks;
}

void clerks_stop(struct clerks *clerks)
{
	for (int i = 0; i < clerks->n; i++)
		if (clerks->places[i].clerk != NULL)
			clerk_stop(clerks->places[i].clerk);
}

void clerks_free(struct clerks *clerks)
{
	for (int i = 0; i < clerks->n; i++)
		if (clerks->places[i].clerk != NULL)
			clerk_free(clerks->places[i].clerk);
	free(clerks);
}

/* Tells whether there can be a clerk NUMBER. */
static bool is_clerk(const struct group *group, int number,
		     struct value *error)
{
	if (group->clerks == NULL)
		return error_set(error, "no service is open");
	if (number < 0 || number >= group->clerks->n)
		return error_set(error, "there is no clerk %d among %d",
				 number, group->clerks->n);
	return true;
}

static struct clerk *clerk_at(const struct group *group, int number,
			      struct value *error)
{
	if (!is_clerk(group, number, error))
		return NULL;
	if (group->clerks->places[number].clerk == NULL)
		error_set(error, "clerk %d is not open", number);
	return group->clerks->places[number].clerk;
}

/* Loads the copy of clerk NUMBER, once. */
static bool load(struct group *group, int number, struct value *error)
{
	struct place *place = &group->clerks->places[number];
	char copy[PATH_MAX];

	if (place->loaded)
		return true;
	snprintf(copy, sizeof(copy), "%s/clerk%d.so", group->dir, number);
	place->loaded =
		group->world->load(group->submission, copy, &place->unused,
				   error) &&
		library_find_kv(copy, &place->api, error);
	return place->loaded;
}

/* Makes the submission's clerk for ARGS. */
static struct kv_clerk *make_clerk(struct group *group,
				   const struct ctl_clerk_args *args)
{
	struct rpc_end *ends[CTL_PEERS_MAX] = { NULL };
	struct kv_clerk_config config = {
		.ends = ends,
		.patience_ms = args->patience_ms,
	};
	struct kv_clerk *ck;

	for (int i = 0; i < group->npeers; i++) {
		int server = (args->first + i) % group->npeers;

		if (args->servers >> server & 1)
			ends[config.nservers++] = network_end(
				group->net, group->npeers + args->clerk,
				server);
	}
	ck = group->clerks->places[args->clerk].api.clerk_make(&config);
	/* The array was lent for the call only: show who kept it. */
	memset(ends, 0, sizeof(ends));
	return ck;
}

void group_clerk_open(struct group *group, const void *args, void *reply)
{
	const struct ctl_clerk_args *a = args;
	struct ctl_done *r = reply;
	struct clerk_config config;
	struct place *place;

	if (!is_clerk(group, a->clerk, &r->error))
		return;
	place = &group->clerks->places[a->clerk];
	if (place->clerk != NULL ||
	    a->servers == 0 || a->servers >> group->npeers != 0 ||
	    a->first < 0 || a->first >= group->npeers || a->patience_ms < 0) {
		error_set(&r->error, "clerk %d cannot be opened for the "
			  "servers %#" PRIx64 ", %d first, and %d ms",
			  a->clerk, a->servers, a->first, a->patience_ms);
		return;
	}
	if (!load(group, a->clerk, &r->error))
		return;
	config = (struct clerk_config){
		.api = &place->api,
		.ck = make_clerk(group, a),
		.number = a->clerk,
		.node = group->npeers + a->clerk,
		.world = group->world,
		.began_ms = group->clerks->began_ms,
		.order = &group->clerks->order,
	};
	if (config.ck == NULL) {
		error_set(&r->error,
			  CTL_SUBMISSION "kv_clerk_make() returned NULL");
		return;
	}
	place->clerk = clerk_make(&config);
	if (place->clerk == NULL)
		error_errno(&r->error, "no thread for clerk %d", a->clerk);
}

void group_clerk_kill(struct group *group, const void *args, void *reply)
{
	const struct ctl_clerk_args *a = args;
	struct ctl_done *r = reply;
	struct clerk *clerk = clerk_at(group, a->clerk, &r->error);

	if (clerk != NULL)
		clerk_kill(clerk);
}

void group_clerk_close(struct group *group, const void *args, void *reply)
{
	const struct ctl_clerk_args *a = args;
	struct ctl_done *r = reply;
	struct clerk *clerk = clerk_at(group, a->clerk, &r->error);

	if (clerk == NULL)
		return;
	if (clerk_is_busy(clerk)) {
		error_set(&r->error, "clerk %d is busy", a->clerk);
		return;
	}
	clerk_free(clerk);
	group->clerks->places[a->clerk].clerk = NULL;
}

static bool is_kind(int32_t kind)
{
	return kind == CTL_GET || kind == CTL_PUT || kind == CTL_APPEND;
}

void group_begin(struct group *group, const void *args, void *reply)
{
	const struct ctl_begin_args *a = args;
	struct ctl_done *r = reply;
	struct clerk *clerk = clerk_at(group, a->clerk, &r->error);

	if (clerk == NULL)
		return;
	if (!is_kind(a->kind))
		error_set(&r->error, "there is no operation %d", a->kind);
	else if (!clerk_begin(clerk, (enum ctl_kind)a->kind, a->key, a->val))
		error_set(&r->error, "clerk %d is busy", a->clerk);
}

static bool check_work(const struct ctl_work_args *a, struct value *error)
{
	if (a->operations < 0 || a->operations > OPERATIONS_MAX ||
	    a->keys < 1 || a->keys > KEYS_MAX || a->value_bytes < 0)
		return error_set(error,
				 "no such work: %d operations, %d keys, %d "
				 "bytes", a->operations, a->keys,
				 a->value_bytes);
	if (a->get_ppm < 0 || a->put_ppm < 0 || a->get_ppm > MILLION ||
	    a->put_ppm > MILLION - a->get_ppm)
		return error_set(error, "no such mix: %d Get, %d Put",
				 a->get_ppm, a->put_ppm);
	return true;
}

void group_work(struct group *group, const void *args, void *reply)
{
	const struct ctl_work_args *a = args;
	struct ctl_done *r = reply;
	struct clerk *clerk = clerk_at(group, a->clerk, &r->error);

	if (clerk == NULL || !check_work(a, &r->error))
		return;
	if (!clerk_work(clerk, a))
		error_set(&r->error, "clerk %d is busy", a->clerk);
}

/* Those of the clerks SET that are busy. */
static uint64_t busy_of(const struct clerks *clerks, uint64_t set)
{
	uint64_t busy = 0;

	for (int i = 0; i < clerks->n; i++)
		if ((set >> i & 1) && clerks->places[i].clerk != NULL &&
		    clerk_is_busy(clerks->places[i].clerk))
			busy |= UINT64_C(1) << i;
	return busy;
}

void group_idle(struct group *group, const void *args, void *reply)
{
	const struct ctl_idle_args *a = args;
	struct ctl_idle_reply *r = reply;
	int64_t until_ms;

	if (!is_clerk(group, 0, &r->error))
		return;
	if (a->within_ms < 0 || a->within_ms > CTL_WAIT_MAX_MS) {
		error_set(&r->error, "a wait of %d ms is not in 0..%d",
			  a->within_ms, CTL_WAIT_MAX_MS);
		return;
	}
	until_ms = group->world->now_ms() + a->within_ms;
	while ((r->busy = busy_of(group->clerks, a->clerks)) != 0 &&
	       group->world->now_ms() < until_ms)
		group->world->run_for(LOOK_MS);
}

void group_event(struct group *group, const void *args, void *reply)
{
	const struct ctl_event_args *a = args;
	struct ctl_event_reply *r = reply;
	struct clerk *clerk = clerk_at(group, a->clerk, &r->error);

	if (clerk != NULL)
		clerk_event(clerk, a->event, r);
}
