/*
 * run.c - runs the tests of a plan, several at a time.
 *
 * A test is started when what it needs has passed the first pass; further
 * passes fill what places are left.  Its supervisor sends one record and
 * ends.  A supervisor that ends without one was killed, and what
 * it looked after has become grade's own child: see end_strays().
 */
#include "grader/grade/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/grade/files.h"
#include "grader/grade/proc.h"
#include "grader/grade/screen.h"
#include "grader/grade/supervise.h"
#include "grader/grade/text.h"

#define RECORD_BYTES_MAX (4 << 20)
#define STRAYS_MS 10000

#define DONE PASSES_MAX

/* A supervisor at work. */
struct slot {
	int test;      /* -1: the slot is free */
	pid_t pid;
	int fd;        /* where its record comes from */
	char *record;
	size_t used;
	char *dir;
};

struct run {
	const struct plan *plan;
	const struct options *options;
	const char *dir;
	struct outcome *outcomes;
	struct slot *slots;
	int jobs;
	bool *running;   /* by test */
	int *pass;       /* by test: the pass that it is in; DONE: in none */
	int *runs;       /* by test: how often it was started in that pass */
	int finished;
	int signal_fd;
	int stopped_by;  /* the signal, or 0 */
};

static void finish(struct run *run, int test)
{
	run->finished++;
	run->running[test] = false;
	run->pass[test] = DONE;
	screen_result(run->plan, test, &run->outcomes[test], run->finished);
	screen_progress(run->plan, run->running, run->finished);
}

static void skip(struct run *run, int i)
{
	const struct test *test = &run->plan->tests[i];
	const struct outcome *needed = &run->outcomes[test->need];
	struct outcome *outcome = &run->outcomes[i];
	bool fault = needed->result == RESULT_GRADER_ERROR;

	outcome->runs = 0;
	outcome->result = fault ? RESULT_GRADER_ERROR : RESULT_SKIPPED;
	outcome_set(&outcome->saw, "needs %s, which %s", test->needs,
		    fault ? "could not be graded"
		    : needed->result == RESULT_SKIPPED ? "was not run"
						       : "failed");
	finish(run, i);
}

static void start(struct run *run, struct slot *slot, int test)
{
	pid_t parent = getpid();
	int ends[2];

	run->runs[test]++;
	run->running[test] = true;
	*slot = (struct slot){ .test = test, .pid = -1, .fd = -1 };
	slot->dir = folder_invent(run->dir);
	/* Sockets cannot be opened through /proc/PID/fd, as pipes can. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return;
	fflush(NULL);
	slot->pid = fork();
	if (slot->pid == 0) {
		close(ends[0]);
		supervise(&run->plan->tests[test], run->options,
			  run->pass[test], slot->dir, ends[1], parent);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	slot->fd = ends[0];
}

static struct slot *free_slot(struct run *run)
{
	for (int i = 0; i < run->jobs; i++)
		if (run->slots[i].test < 0)
			return &run->slots[i];
	return NULL;
}

/* Starts what can be started; decides on what cannot pass any more. */
static void start_first(struct run *run)
{
	for (int i = 0; i < run->plan->n; i++) {
		int need = run->plan->tests[i].need;
		struct slot *slot = free_slot(run);

		if (slot == NULL)
			return;
		if (run->running[i] || run->outcomes[i].result != RESULT_NONE)
			continue;
		if (need >= 0 && run->outcomes[need].result == RESULT_NONE)
			continue;
		if (need >= 0 &&
		    !outcome_passed_first(&run->outcomes[need], run->options,
					  &run->plan->tests[need]))
			skip(run, i);
		else
			start(run, slot, i);
	}
}

static void start_again(struct run *run)
{
	for (int i = 0; i < run->plan->n; i++) {
		struct slot *slot = free_slot(run);

		if (slot == NULL)
			return;
		if (!run->running[i] && run->pass[i] < DONE &&
		    run->outcomes[i].result != RESULT_NONE)
			start(run, slot, i);
	}
}

static bool is_supervised(const struct run *run, pid_t pid)
{
	for (int i = 0; i < run->jobs; i++)
		if (run->slots[i].test >= 0 && run->slots[i].pid > 0 &&
		    process_descends(pid, run->slots[i].pid))
			return true;
	return false;
}

/* Kills what is below this process and below no supervisor. */
static void end_strays(const struct run *run)
{
	int64_t deadline = clock_ms() + STRAYS_MS;
	struct watch watch;
	bool found = true;

	watch_init(&watch, getpid());
	while (found && clock_ms() < deadline) {
		found = false;
		watch_scan(&watch, true);
		for (size_t i = 0; i < watch.n; i++) {
			pid_t pid = watch.below[i].pid;

			if (is_supervised(run, pid))
				continue;
			found = true;
			kill(pid, SIGKILL);
			waitpid(pid, NULL, WNOHANG);
		}
		if (found)
			poll(NULL, 0, 1); /* until they are gone */
	}
	watch_deinit(&watch);
}

/* Waits for the supervisor's end and tells how it ended. */
static int reap(struct slot *slot)
{
	int status = 0;

	if (slot->pid > 0)
		while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR)
			;
	slot->pid = -1;
	return status;
}

/* No record came from SLOT, whose supervisor ended with STATUS. */
static void without_record(struct run *run, struct slot *slot, int status,
			   struct outcome *outcome)
{
	const struct test *test = &run->plan->tests[slot->test];

	if (slot->fd >= 0 && WIFSIGNALED(status)) {
		outcome->result = RESULT_CUT_SHORT;
		outcome_set(&outcome->saw, "the process that watched over the "
			    "test was killed by signal %d (%s)",
			    WTERMSIG(status), strsignal(WTERMSIG(status)));
	} else {
		outcome->result = RESULT_GRADER_ERROR;
		outcome_set(&outcome->saw, "the test could not be supervised");
	}
	end_strays(run);
	folder_remove(slot->dir);
	outcome_of_pass(outcome, run->options, test, run->pass[slot->test]);
	supervise_log(test, run->options, outcome, "");
}

/* A pass of TEST has come out as CAME, which is used up. */
static void settle(struct run *run, int test, struct outcome *came)
{
	struct outcome *outcome = &run->outcomes[test];
	int next;

	came->runs = run->runs[test];
	outcome_take_lint(came, run->options);
	if (outcome->result == RESULT_NONE) {
		outcome_free(outcome);
		*outcome = *came;
		outcome_begin(outcome);
	} else {
		outcome_take_again(outcome, came);
	}
	next = pass_after(run->pass[test], &run->plan->tests[test],
			  run->options);
	if (outcome->result != RESULT_PASS || next == DONE) {
		finish(run, test);
		return;
	}
	run->running[test] = false;
	run->pass[test] = next;
	run->runs[test] = 0;
}

/* The judge of TEST never began: once more, or never again. */
static void not_begun(struct run *run, int test, struct outcome *came)
{
	char *why = text_format("the judge never began (%s)", came->saw);

	if (run->runs[test] < RUNS_MAX) {
		screen_again(&run->plan->tests[test], why,
			     run->runs[test] + 1);
		outcome_free(came);
		run->running[test] = false;
	} else {
		came->result = RESULT_GRADER_ERROR;
		outcome_set(&came->saw, "in %d runs %s", RUNS_MAX, why);
		settle(run, test, came);
	}
	free(why);
}

/* The supervisor of SLOT has closed its end: takes its record. */
static void collect(struct run *run, struct slot *slot)
{
	int status = reap(slot), test = slot->test;
	struct outcome came;

	outcome_init(&came);
	came.pass = run->pass[test];
	if (slot->used == 0 ||
	    !outcome_decode(&came, slot->record, slot->used))
		without_record(run, slot, status, &came);
	if (slot->fd >= 0)
		close(slot->fd);
	free(slot->record);
	free(slot->dir);
	*slot = (struct slot){ .test = -1, .fd = -1 };
	if (came.result == RESULT_NOT_BEGUN)
		not_begun(run, test, &came);
	else
		settle(run, test, &came);
}

/* Reads from SLOT; false at the end of its record. */
static bool take_record(struct slot *slot)
{
	char buf[65536];
	ssize_t n = read(slot->fd, buf, sizeof buf);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0 || slot->used + (size_t)n > RECORD_BYTES_MAX)
		return false;
	slot->record = room_grow(slot->record, slot->used + (size_t)n, 1);
	memcpy(slot->record + slot->used, buf, (size_t)n);
	slot->used += (size_t)n;
	return true;
}

static void take_signals(struct run *run)
{
	struct signalfd_siginfo info;

	while (read(run->signal_fd, &info, sizeof info) == sizeof info)
		if (run->stopped_by == 0)
			run->stopped_by = (int)info.ssi_signo;
}

static void take_events(struct run *run)
{
	struct pollfd *fds = room_make((size_t)run->jobs + 1, sizeof *fds);

	for (int i = 0; i < run->jobs; i++)
		fds[i] = (struct pollfd){ .fd = run->slots[i].fd,
					  .events = POLLIN };
	fds[run->jobs] = (struct pollfd){ .fd = run->signal_fd,
					  .events = POLLIN };
	if (poll(fds, (nfds_t)run->jobs + 1, -1) > 0) {
		take_signals(run);
		for (int i = 0; i < run->jobs; i++)
			if (fds[i].revents != 0 &&
			    !take_record(&run->slots[i]))
				collect(run, &run->slots[i]);
	}
	free(fds);
}

static void stop_all(struct run *run)
{
	for (int i = 0; i < run->jobs; i++)
		if (run->slots[i].pid > 0)
			kill(run->slots[i].pid, SIGTERM);
	for (int i = 0; i < run->jobs; i++) {
		struct slot *slot = &run->slots[i];

		if (slot->test < 0)
			continue;
		reap(slot);
		folder_remove(slot->dir);
		if (slot->fd >= 0)
			close(slot->fd);
		free(slot->record);
		free(slot->dir);
	}
	end_strays(run);
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int run_plan(const struct plan *plan, const struct options *options, int jobs,
	     const char *dir, struct outcome outcomes[])
{
	struct run run = {
		.plan = plan, .options = options, .dir = dir,
		.outcomes = outcomes, .jobs = jobs,
		.slots = room_make((size_t)jobs, sizeof *run.slots),
		.running = room_make((size_t)plan->n, sizeof *run.running),
		.pass = room_make((size_t)plan->n, sizeof *run.pass),
		.runs = room_make((size_t)plan->n, sizeof *run.runs),
		.signal_fd = open_signals(),
	};

	if (run.signal_fd < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		machine_error("cannot supervise tests: %s", strerror(errno));
	for (int i = 0; i < jobs; i++)
		run.slots[i] = (struct slot){ .test = -1, .fd = -1 };
	for (int i = 0; i < plan->n; i++)
		run.pass[i] = pass_begin(&plan->tests[i], options);
	while (run.finished < plan->n && run.stopped_by == 0) {
		start_first(&run);
		start_again(&run);
		for (int i = 0; i < jobs; i++)
			if (run.slots[i].test >= 0 && run.slots[i].pid < 0)
				collect(&run, &run.slots[i]);
		screen_progress(plan, run.running, run.finished);
		if (run.finished < plan->n)
			take_events(&run);
	}
	if (run.stopped_by != 0)
		stop_all(&run);
	close(run.signal_fd);
	free(run.slots);
	free(run.running);
	free(run.pass);
	free(run.runs);
	return run.stopped_by;
}
