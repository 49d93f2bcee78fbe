/*
 * hosting.c - the host of a cluster, from its start to its end.
 *
 * Invariant: a host stands only between two simulated runs: then it belongs
 * to no cluster.
 *
 * No locks: one thread.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "grader/judge/cluster.h"
#include "grader/judge/look.h"
#include "grader/judge/runs.h"
#include "grader/judge/serving.h"
#include "grader/judge/simulation.h"
#include "grader/judge/trial.h"
#include "grader/process/stopwatch.h"

/* How long a host may take to come up, and to go, in the flavour plain. */
#define COME_UP_MS 20000
#define GO_MS 20000

/* A simulated host between two runs. */
static struct host *standing;

/* How many instances are looked at once more when a test ends. */
#define LAST_LOOKS 512

/*
 * The folder for a host of C: the test's own, where a debugger's host is
 * expected, or for one that comes up after another, or beside a debugger's, a
 * folder in it.
 */
static const char *find_folder(const struct cluster *c, char *buf,
			       size_t size)
{
	const char *dir = trial_settings()->dir;
	static int n;

	if (c->flavour->debugger || (n == 0 && c->flavour ==
				     flavour_find(trial_settings()->flavour)))
		snprintf(buf, size, "%s", dir);
	else
		snprintf(buf, size, "%s/%d", dir, n);
	n++;
	if (mkdir(buf, 0700) != 0 && errno != EEXIST)
		trial_error("cannot make the folder %s: %s", buf,
			    strerror(errno));
	return buf;
}

/*
 * Starts the host of C and waits until it answers.  What goes wrong so far is
 * not the submission's fault, which is not loaded yet: a sanitizer that cannot
 * run on this machine says so here.  Later nobody is believed who says so.
 */
void cluster_come_up(struct cluster *c)
{
	struct host_config config = {
		.program = trial_settings()->host,
		.submission = trial_settings()->submission,
		.world = c->world->name,
		.flavour = c->flavour,
		.quiet = trial_is_quiet(),
	};
	char folder[128];
	struct ending ending;
	int64_t until;
	char why[512];

	c->host = standing;
	standing = NULL;
	if (c->host != NULL)
		return;
	config.dir = find_folder(c, folder, sizeof(folder));
	c->host = host_start(&config, why, sizeof(why));
	if (c->host == NULL)
		trial_error("%s", why);
	until = stopwatch_ms() + deadline_ms(c, COME_UP_MS);
	while (!host_hello(c->host)) {
		if (!host_lives(c->host) || stopwatch_ms() > until) {
			host_end(c->host, 0, &ending);
			c->host = NULL;
			trial_error("the host did not come up: %s: %.600s",
				    ending.words, ending.report);
		}
		stopwatch_pause_us(2000);
	}
}

/* Looks once more at everything that the test has touched. */
static void last_look(struct cluster *c)
{
	struct ctl_wait_reply reply;
	int64_t seq, max, min;

	if (c->service != NULL) {
		history_check(c);
		return;
	}
	for (int i = 0; i < LAST_LOOKS; i++) {
		if (!oracle_instance(c->oracle, i, &seq))
			break;
		look(c, seq, 0, 0, &reply);
		look_release(&reply);
	}
	for (int peer = 0; peer < c->npeers; peer++)
		if (c->open >> peer & 1)
			look_bounds(c, peer, &max, &min);
}

uint64_t cluster_end_run(struct cluster *c)
{
	struct ctl_close_reply reply = { .error = VALUE_EMPTY };

	last_look(c);
	control(c, CTL_ALL, &PROC_CTL_CLOSE, NULL, &reply,
		"paxos_kill() and paxos_free()");
	run_has_lint(reply.lint);
	value_free(&reply.lint);
	standing = c->host;
	c->host = NULL;
	cluster_free(c);
	return reply.work;
}

bool cluster_abandon_run(struct cluster *c, struct ctl_close_reply *reply)
{
	struct ending ending;
	bool answered = c->host != NULL &&
		host_call(c->host, &PROC_CTL_ABANDON, NULL, reply) ==
			ANSWER_GIVEN;

	if (answered && !reply->spent) {
		standing = c->host;
	} else if (c->host != NULL) {
		host_end(c->host, 0, &ending);
		ending_deinit(&ending);
	}
	c->host = NULL;
	cluster_free(c);
	return answered;
}

/* Asks HOST to end, and waits for that WITHIN_MS. */
static void end_host(struct host *host, int64_t within_ms,
		     struct ending *ending)
{
	struct ctl_done reply = { .error = VALUE_EMPTY };
	enum answer answer = host_call(host, &PROC_CTL_END, NULL, &reply);

	if (answer == ANSWER_GIVEN && reply.error.len > 0)
		host_could_not(&PROC_CTL_END, reply.error);
	value_free(&reply.error);
	host_end(host, answer == ANSWER_STUCK ? 0 : (int)within_ms, ending);
	if (answer == ANSWER_ENDED)
		ending->clean = false; /* not the end that we asked for */
}

void cluster_retire(bool at_once, struct ending *ending)
{
	struct host *host = standing;

	standing = NULL;
	if (host == NULL)
		return;
	if (at_once)
		host_end(host, 0, ending);
	else
		end_host(host, GO_MS, ending);
}

void cluster_finish(struct cluster *c, struct ending *ending)
{
	last_look(c);
	end_host(c->host, deadline_ms(c, GO_MS), ending);
	c->host = NULL;
	cluster_free(c);
}

void cluster_kill(struct cluster *c, struct ending *ending)
{
	if (c->host != NULL)
		host_end(c->host, 0, ending);
	c->host = NULL;
	cluster_free(c);
}

void cluster_free(struct cluster *c)
{
	oracle_free(c->oracle);
	service_free(c->service);
	free(c);
}
