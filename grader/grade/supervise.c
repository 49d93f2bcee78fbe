/*
 * supervise.c - one test, from the start of its judge to the certain end of
 * everything that was started for it.
 *
 * A verdict counts only after the last process of the test is gone, so that
 * nobody is left who could still change something.  That nobody is left is
 * certain when waitpid(2) says that there is no child: whoever is below a
 * subreaper hangs from one of its children.
 */
#include "grader/grade/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/grade/files.h"
#include "grader/grade/judge.h"
#include "grader/grade/supervision.h"
#include "grader/grade/text.h"

#define LOOK_EVERY_MS 100     /* at all that is bounded but time */
#define FOLDER_BYTES_MAX ((int64_t)FOLDER_MB_MAX << 20)
#define LEFT_BEHIND_MS 5000   /* for what the judge left to end by itself */
#define LIMIT_S_MAX 10000000  /* nobody waits longer for a test */
#define KILL_MS 20000         /* for what was killed to be gone */

int supervise_memory_mb(const struct options *options, int pass)
{
	return options->memory_mb *
	       options->passes[pass].flavour->memory_scale;
}

int supervise_limit_s(const struct test *test, const struct options *options,
		      int pass)
{
	const struct flavour *flavour = options->passes[pass].flavour;
	uint64_t times = (uint64_t)flavour->limit_scale;

	/* A simulated run ends by counts: this is for what is none. */
	if (flavour->simulated && test_runs(test, pass) > times)
		times = test_runs(test, pass);
	if (times > LIMIT_S_MAX / (uint64_t)test->limit_s)
		return LIMIT_S_MAX;
	return test->limit_s * (int)times;
}

static int time_limit_s(const struct supervision *s)
{
	return supervise_limit_s(s->test, s->options, s->pass);
}

/* Reaps every child that has ended; false when there is none left at all. */
static bool reap(struct supervision *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != s->judge)
			continue;
		s->judge_ended = true;
		s->judge_status = status;
	}
	return pid == 0 || errno != ECHILD;
}

static void take_signals(struct supervision *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof info) == sizeof info)
		if (info.ssi_signo != SIGCHLD)
			s->stopped = true;
}

/* Waits for at most WAIT_MS and takes in what has come. */
static void take_events(struct supervision *s, int wait_ms)
{
	struct pollfd fds[] = {
		{ .fd = s->signal_fd, .events = POLLIN },
		{ .fd = s->output_fd, .events = POLLIN },
		{ .fd = channel_poll_fd(&s->channel), .events = POLLIN },
	};
	bool began = s->channel.began;

	if (poll(fds, sizeof fds / sizeof fds[0], wait_ms) <= 0)
		return;
	if (fds[0].revents != 0)
		take_signals(s);
	if (fds[1].revents != 0 &&
	    output_take(&s->output, s->output_fd) == OUTPUT_ENDED) {
		close(s->output_fd);
		s->output_fd = -1;
	}
	if (fds[2].revents != 0)
		channel_take(&s->channel, s->judge);
	if (!began && s->channel.began)
		s->began_ms = clock_ms();
}

static void cut(struct supervision *s, char *why)
{
	free(s->cut);
	s->cut = why;
}

/* Adds up what the test's processes and its folder hold, and compares. */
static void look(struct supervision *s)
{
	int64_t memory_kb = 0;
	long threads = 0;
	int limit_mb = supervise_memory_mb(s->options, s->pass);

	watch_scan(&s->watch, false);
	for (size_t i = 0; i < s->watch.n; i++) {
		memory_kb += s->watch.below[i].memory_kb;
		threads += s->watch.below[i].threads;
	}
	s->looked_ms = clock_ms();
	if (memory_kb / 1024 > limit_mb)
		cut(s, text_format("memory limit: its processes held %jd MB; "
				   "the limit is %d MB",
				   (intmax_t)memory_kb / 1024, limit_mb));
	else if (s->watch.n > PROCESSES_MAX)
		cut(s, text_format("process limit: %zu processes; the limit "
				   "is %d", s->watch.n, PROCESSES_MAX));
	else if (threads > THREADS_MAX)
		cut(s, text_format("thread limit: %ld threads; the limit is "
				   "%d", threads, THREADS_MAX));
	else if (folder_bytes(s->dir, FOLDER_BYTES_MAX) > FOLDER_BYTES_MAX)
		cut(s, text_format("disk limit: more than %d MB in the test's "
				   "folder", FOLDER_MB_MAX));
}

/*
 * Tells whether the judge has had its time to begin, and has not.  On a busy
 * machine it may be this process that was late: what has come counts.
 */
static bool is_late(struct supervision *s, int64_t now)
{
	if (s->channel.began || now - s->started_ms <
				1000 * (int64_t)s->options->start_limit_s)
		return false;
	while (channel_take(&s->channel, s->judge))
		;
	if (s->channel.began)
		s->began_ms = now;
	return !s->channel.began;
}

static void check_limits(struct supervision *s)
{
	int64_t now = clock_ms();

	if (now - s->looked_ms >= LOOK_EVERY_MS)
		look(s);
	if (s->channel.refused != NULL)
		cut(s, text_copy(s->channel.refused));
	else if (s->channel.began &&
	    now - s->began_ms >= 1000 * (int64_t)time_limit_s(s))
		cut(s, text_format("time limit: the test had not ended after "
				   "%d s", time_limit_s(s)));
	else if (is_late(s, now)) {
		s->not_begun = true;
		cut(s, text_format("the judge had not begun after %d s",
				   s->options->start_limit_s));
	}
}

/* Names who is still there, for the student to recognise. */
static char *name_behind(struct supervision *s)
{
	char *names = text_copy(""), *longer;
	size_t shown = 0, alive = 0;

	watch_scan(&s->watch, true);
	for (size_t i = 0; i < s->watch.n; i++) {
		if (s->watch.below[i].dead)
			continue;
		if (alive++ >= 3)
			continue;
		longer = text_format("%s%s%s", names, shown++ > 0 ? ", " : "",
				     s->watch.below[i].name);
		free(names);
		names = longer;
	}
	longer = text_format("left %zu process%s behind (%s%s)", alive,
			     alive == 1 ? "" : "es", names,
			     alive > shown ? ", ..." : "");
	free(names);
	return longer;
}

/* After the judge's end, gives helpers of its own the time to notice. */
static void wait_for_rest(struct supervision *s)
{
	int64_t deadline = clock_ms() + LEFT_BEHIND_MS;

	while (reap(s) && !s->stopped) {
		if (clock_ms() >= deadline) {
			s->behind = name_behind(s);
			return;
		}
		take_events(s, LOOK_EVERY_MS);
		if (clock_ms() - s->looked_ms >= LOOK_EVERY_MS)
			look(s);
		if (s->cut != NULL)
			return;
	}
}

/* Kills until nobody is left. */
static void kill_all(struct supervision *s)
{
	int64_t deadline = clock_ms() + KILL_MS;

	/* While the judge is not reaped, its group's number is its own. */
	if (s->judge > 0 && !s->judge_ended)
		kill(-s->judge, SIGKILL);
	while (reap(s)) {
		if (clock_ms() >= deadline) {
			s->fault = text_copy("processes of the test could not "
					     "be killed");
			return;
		}
		watch_scan(&s->watch, true);
		for (size_t i = 0; i < s->watch.n; i++)
			if (!s->watch.below[i].dead)
				kill(s->watch.below[i].pid, SIGKILL);
		take_events(s, 1);
	}
}

static void watch_over(struct supervision *s)
{
	while (s->cut == NULL && !s->stopped && !s->judge_ended) {
		take_events(s, LOOK_EVERY_MS);
		reap(s);
		if (!s->judge_ended)
			check_limits(s);
	}
	if (s->cut == NULL && !s->stopped)
		wait_for_rest(s);
	kill_all(s);
	while (s->output_fd >= 0 &&
	       output_take(&s->output, s->output_fd) == OUTPUT_TAKEN)
		;
	while (channel_take(&s->channel, s->judge))
		;
}

static void hand_over(const struct outcome *outcome, int record_fd)
{
	char *record = outcome_encode(outcome);
	size_t len = strlen(record), done = 0;

	while (done < len) {
		ssize_t n = write(record_fd, record + done, len - done);

		if (n < 0 && errno != EINTR)
			break; /* grade is gone */
		done += n > 0 ? (size_t)n : 0;
	}
	free(record);
}

/* Makes all that a test needs and starts its judge; false with errno set. */
static bool begin(struct supervision *s)
{
	int ends[2];

	if (mkdir(s->dir, 0700) != 0 || !channel_open(&s->channel, s->dir) ||
	    pipe(ends) != 0)
		return false;
	for (int i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	s->output_fd = ends[0];
	s->started_ms = s->looked_ms = clock_ms();
	s->judge = judge_start(s->test, s->options, s->pass, s->dir,
			       &s->channel, ends[1]);
	close(ends[1]);
	return s->judge > 0;
}

/* The signals of a supervisor, blocked and made readable. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

_Noreturn void supervise(const struct test *test,
			 const struct options *options, int pass,
			 const char *dir, int record_fd, pid_t parent)
{
	struct outcome outcome;
	struct supervision s = {
		.test = test, .options = options, .pass = pass, .dir = dir,
		.output_fd = -1, .judge = -1, .signal_fd = open_signals(),
		.channel = { .listener = -1, .fd = -1 },
	};

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		exit(EXIT_MACHINE);
	outcome_init(&outcome);
	output_init(&s.output);
	watch_init(&s.watch, getpid());
	if (s.signal_fd < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 ||
	    !begin(&s))
		s.fault = text_format("the test could not be started: %s",
				      strerror(errno));
	else
		watch_over(&s);
	supervision_conclude(&s, &outcome);
	if (s.judge > 0)
		judge_clean_up(s.judge);
	folder_remove(dir);
	if (!s.stopped) {
		char *output = output_excerpt(&s.output, OUTPUT_HEAD_MAX,
					      OUTPUT_TAIL_MAX);

		supervise_log(test, options, &outcome, output);
		hand_over(&outcome, record_fd);
		free(output);
	}
	free(s.cut);
	free(s.behind);
	free(s.fault);
	outcome_free(&outcome);
	output_deinit(&s.output);
	watch_deinit(&s.watch);
	channel_close(&s.channel);
	exit(EXIT_FULL);
}
