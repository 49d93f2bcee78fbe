/*
 * main.c - the process that runs the submission: options, limits, and the
 * order of its life.
 *
 *     host --control=SOCKET --submission=FILE.so --dir=FOLDER --world=threads
 *          [--for=debugger] [--calls=limited] [--patience=TIMES]
 *
 * It answers the judge at SOCKET until CTL_END.  What the submission does to
 * the process is for the judge to see from outside: a submission that ends it
 * has not let CTL_END be answered, and nothing here runs at exit.
 *
 * With --patience calls wait so many times longer for their replies: a checker
 * makes everything slower, and no correct submission is to lose by it.
 * With --for=debugger nobody is hurried: calls do not run into their time-outs
 * while a person has the process stopped.  With --calls=limited only system
 * calls that somebody has a use for can be made (filter.h).
 *
 * Exit status: 0 after CTL_END, 1 if the judge went away, 2 for wrong options
 * or when the control socket or the filter cannot be made.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/host/filter.h"
#include "grader/host/flavour.h"
#include "grader/host/handlers.h"
#include "labrpc/endpoint.h"

#if HOST_HAS_ASAN
#include <sanitizer/lsan_interface.h>
#endif

/* The largest file that the process may write: copies, reports, output. */
#define FILE_BYTES_MAX ((rlim_t)256 << 20)

/* A judge that has not connected by now never will. */
#define JUDGE_PATIENCE_MS 120000

/* How often to look whether the judge is there, and how long it may be gone
 * (a call that fails takes its connection with it). */
#define LOOK_MS 250
#define GONE_MS 2000

struct options {
	const char *control, *submission, *dir, *world, *used_for, *calls,
		*patience;
};

/* How much longer calls may take in a debugger: hours. */
#define DEBUGGER_PATIENCE 10000

static _Noreturn void usage(const char *complaint, const char *what)
{
	fprintf(stderr,
		"host: %s%s\n"
		"usage: host --control=SOCKET --submission=FILE.so "
		"--dir=FOLDER --world=%s [--for=debugger] "
		"[--calls=limited] [--patience=TIMES]\n",
		complaint, what, world_names());
	exit(2);
}

/* Stores the value of ARG in *INTO if it is the option NAME. */
static bool option(const char *arg, const char *name, const char **into)
{
	size_t len = strlen(name);

	if (strncmp(arg, name, len) != 0)
		return false;
	if (*into != NULL)
		usage("given twice: ", name);
	if (arg[len] == '\0')
		usage("a value is missing: ", name);
	*into = arg + len;
	return true;
}

static struct options parse(int argc, char **argv)
{
	struct options o = { .control = NULL };
	int i;

	for (i = 1; i < argc; i++)
		if (!option(argv[i], "--control=", &o.control) &&
		    !option(argv[i], "--submission=", &o.submission) &&
		    !option(argv[i], "--dir=", &o.dir) &&
		    !option(argv[i], "--world=", &o.world) &&
		    !option(argv[i], "--for=", &o.used_for) &&
		    !option(argv[i], "--calls=", &o.calls) &&
		    !option(argv[i], "--patience=", &o.patience))
			usage("unknown option: ", argv[i]);
	if (o.control == NULL)
		usage("missing: ", "--control=");
	if (o.submission == NULL)
		usage("missing: ", "--submission=");
	if (o.dir == NULL)
		usage("missing: ", "--dir=");
	if (o.world == NULL)
		usage("missing: ", "--world=");
	return o;
}

/* How many times longer calls wait; at least 1. */
static int64_t patience(const struct options *o)
{
	char *end;
	long times;

	/* Simulated time stands still while a person looks. */
	if (o->used_for != NULL)
		return world_find(o->world)->watch != NULL
			       ? 1 : DEBUGGER_PATIENCE;
	if (o->patience == NULL)
		return 1;
	times = strtol(o->patience, &end, 10);
	if (*end != '\0' || times < 1 || times > DEBUGGER_PATIENCE)
		usage("no number that makes sense: --patience=", o->patience);
	return times;
}

static void check(const struct options *o)
{
	struct stat st;

	if (o->used_for != NULL && strcmp(o->used_for, "debugger") != 0)
		usage("it can be only for a debugger, not for ", o->used_for);
	if (o->calls != NULL && strcmp(o->calls, "limited") != 0)
		usage("calls can be only limited, not ", o->calls);
	if (world_find(o->world) == NULL)
		usage("there is no such world: ", o->world);
	patience(o);
	if (access(o->submission, R_OK) != 0)
		usage("cannot read the submission ", o->submission);
	if (stat(o->dir, &st) != 0 || !S_ISDIR(st.st_mode))
		usage("there is no such folder: ", o->dir);
	if (access(o->dir, W_OK | X_OK) != 0)
		usage("cannot write to the folder ", o->dir);
	if ((st.st_mode & 077) != 0)
		usage("others can enter the folder ", o->dir);
}

static void limit(int what, rlim_t most)
{
	struct rlimit limits;

	if (getrlimit(what, &limits) != 0)
		return;
	if (limits.rlim_max > most)
		limits.rlim_max = most;
	limits.rlim_cur = limits.rlim_max;
	setrlimit(what, &limits);
}

/*
 * Limits on memory would stop sanitizers and Valgrind, which reserve more than
 * they use; whoever starts the host bounds that.  The process stays dumpable:
 * LeakSanitizer looks at it from a process of its own.
 */
static void set_limits(void)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, FILE_BYTES_MAX);
	limit(RLIMIT_NOFILE, RLIM_INFINITY); /* soft becomes hard */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Does what --calls asks for; false if it cannot be done. */
static bool limit_calls(const struct options *o)
{
	int err = o->calls != NULL ? filter_calls() : 0;

	if (err != 0)
		fprintf(stderr, "host: cannot filter its system calls: %s\n",
			strerror(err));
	return err == 0;
}

/*
 * LeakSanitizer works at the end of a process.  Where the machine does not let
 * it, it ends the process: let that be now, while it is nobody else's fault.
 */
static void try_checker(void)
{
#if HOST_HAS_ASAN
	__lsan_do_recoverable_leak_check();
#endif
}

/* Waits for CTL_END; false if the judge has gone without. */
static bool serve(struct host *host, struct rpc_server *control)
{
	int64_t alone_ms = 0, patience_ms = JUDGE_PATIENCE_MS;

	while (alone_ms < patience_ms) {
		if (host_wait_end(host, LOOK_MS))
			return true;
		if (rpc_server_connections(control) > 0)
			alone_ms = 0;
		else
			alone_ms += LOOK_MS;
		if (host_was_called(host))
			patience_ms = GONE_MS;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	struct rpc_server *control;
	struct host host;
	bool ended;

	check(&o);
	set_limits();
	if (!limit_calls(&o))
		return 2;
	try_checker();
	control = rpc_server_open(o.control, -1);
	if (control == NULL) {
		fprintf(stderr, "host: cannot open %s: %s\n", o.control,
			strerror(errno));
		return 2;
	}
	if (o.used_for != NULL && world_find(o.world)->watch != NULL)
		world_find(o.world)->watch();
	host_init(&host, world_find(o.world), o.submission, o.dir,
		  patience(&o));
	host_serve(&host, control);
	rpc_server_run(control);

	ended = serve(&host, control);
	rpc_server_finish(control);
	host_close(&host);
	host_deinit(&host);
	return ended ? 0 : 1;
}
