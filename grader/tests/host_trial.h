/*
 * host_trial.h - a host on trial: built, started, called through control.x as
 * a judge calls it, and ended.
 *
 * For grader/tests.  A host is of the same flavour as the program that
 * includes this, and of the thread flavour beside the plain one.  Waits are
 * for conditions; the bounds are those of a machine that has failed.
 * Environment: CC and TOOLCHAIN, as `make test` sets them.
 *
 * Threads: a host is called from the thread that started it.  Memory: start()
 * has its end() or reap().  Errors: an assertion of Criterion's.
 */
#ifndef GRADER_TESTS_HOST_TRIAL_H
#define GRADER_TESTS_HOST_TRIAL_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "grader/control.h"
#include "labrpc/endpoint.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ADDRESS
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(WITH_ADDRESS)
static const char *const flavours[] = { "address", NULL };
#else
static const char *const flavours[] = { "plain", "thread", NULL };
#endif

#define PATIENCE_MS 60000

struct host {
	pid_t pid;
	struct rpc_end *end;
	char dir[64]; /* private; the host's own is "host" in it */
};

static inline void run(const char *command)
{
	int status = system(command);

	cr_assert(status == 0, "`%s` ended with status %d", command, status);
}

static inline void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
}

/* Builds NAME into the folder DIR: the reference, or one that misbehaves. */
static inline void build(const char *name, const char *flavour,
			 const char *dir)
{
	const char *cc = getenv("CC");
	char command[512];

	if (cc == NULL)
		cc = "gcc";
	if (strcmp(name, "reference") == 0)
		snprintf(command, sizeof(command),
			 "grader/submission/build.sh . %s/s.so %s %s", dir,
			 flavour, cc);
	else
		snprintf(command, sizeof(command),
			 "grader/tests/build_trial.sh %s %s/s.so %s %s", name,
			 dir, flavour, cc);
	run(command);
}

/* One more option of the hosts that are started from now on, or NULL. */
static const char *host_option;

static inline _Noreturn void become_host(const struct host *host,
					 const char *flavour)
{
	const char *toolchain = getenv("TOOLCHAIN");
	char program[128], control[128], submission[128], dir[128];

	snprintf(program, sizeof(program), "%s-%s/host",
		 toolchain == NULL ? "build/gcc" : toolchain, flavour);
	snprintf(control, sizeof(control), "--control=%s/control", host->dir);
	snprintf(submission, sizeof(submission), "--submission=%s/s.so",
		 host->dir);
	snprintf(dir, sizeof(dir), "--dir=%s/host", host->dir);
	setenv("TSAN_OPTIONS", "exitcode=66:report_thread_leaks=1", 1);
	setenv("ASAN_OPTIONS", "exitcode=66:detect_leaks=1", 1);
	personality(ADDR_NO_RANDOMIZE); /* or old TSan may not start */
	execl(program, program, control, submission, dir, "--world=threads",
	      host_option, (char *)NULL);
	perror(program);
	_exit(127);
}

static inline struct host start(const char *name, const char *flavour)
{
	struct host host = { .dir = "/tmp/host_test.XXXXXX" };
	struct ctl_hello_reply hello;
	char path[128];
	int left;

	cr_assert(mkdtemp(host.dir) != NULL);
	snprintf(path, sizeof(path), "%s/host", host.dir);
	cr_assert(mkdir(path, 0700) == 0);
	build(name, flavour, host.dir);
	host.pid = fork();
	cr_assert(host.pid >= 0);
	if (host.pid == 0)
		become_host(&host, flavour);
	snprintf(path, sizeof(path), "%s/control", host.dir);
	host.end = rpc_end_open(path, -1, PATIENCE_MS);
	cr_assert(host.end != NULL);
	for (left = PATIENCE_MS / 2; left > 0; left--) {
		if (rpc_call(host.end, &PROC_CTL_HELLO, NULL, &hello))
			break;
		nap();
	}
	cr_assert(left > 0, "the host did not come up");
	cr_expect(hello.pid == host.pid);
	cr_expect(hello.flavour.len == strlen(flavour) &&
		  memcmp(hello.flavour.data, flavour, hello.flavour.len) == 0);
	value_free(&hello.flavour);
	return host;
}

/* Waits until HOST has ended; returns the status of waitpid(). */
static inline int reap(struct host *host)
{
	char command[128];
	int status = -1, left;

	for (left = PATIENCE_MS / 2; left > 0; left--) {
		if (waitpid(host->pid, &status, WNOHANG) == host->pid)
			break;
		nap();
	}
	if (left == 0) {
		kill(host->pid, SIGKILL);
		waitpid(host->pid, &status, 0);
	}
	if (host->end != NULL)
		rpc_end_close(host->end);
	snprintf(command, sizeof(command), "rm -rf %s", host->dir);
	run(command);
	cr_assert(left > 0, "the host did not end");
	return status;
}

/* Makes a call that must be answered. */
static inline void call(struct host *host, const struct rpc_proc *proc,
			const void *args, void *reply)
{
	cr_assert(rpc_call(host->end, proc, args, reply), "no reply to %s",
		  proc->name);
}

/* Makes a call whose reply is only an error, which must be as said. */
static inline void expect_done(struct host *host, const struct rpc_proc *proc,
			       const void *args, const char *error)
{
	struct ctl_done reply;
	char text[1025] = "";

	call(host, proc, args, &reply);
	memcpy(text, reply.error.len > 0 ? (char *)reply.error.data : "",
	       reply.error.len);
	if (error[0] == '\0')
		cr_assert(text[0] == '\0', "%s: %s", proc->name, text);
	else
		cr_assert(strstr(text, error) != NULL,
			  "%s: the error is `%s`, not `%s`", proc->name, text,
			  error);
	value_free(&reply.error);
}

static inline void open_group(struct host *host, int npeers, uint64_t scripted,
			      const char *error)
{
	struct ctl_open_args args = {
		.npeers = npeers,
		.seed = 7,
		.scripted = scripted,
	};

	expect_done(host, &PROC_CTL_OPEN, &args, error);
}

static inline struct value text_value(const char *text)
{
	return value_make(text, strlen(text));
}

static inline void start_agreement(struct host *host, int peer, int64_t seq,
				   const char *text)
{
	struct ctl_start_args args = {
		.peer = peer,
		.seq = seq,
		.val = text_value(text),
	};

	expect_done(host, &PROC_CTL_START, &args, "");
	value_free(&args.val);
}

/* Waits until COUNT peers have decided SEQ on TEXT. */
static inline void expect_decided(struct host *host, int64_t seq, int count,
				  const char *text)
{
	struct ctl_wait_args args = {
		.seq = seq,
		.count = count,
		.within_ms = PATIENCE_MS / 2,
	};
	struct ctl_wait_reply reply;
	struct value wanted = text_value(text);

	call(host, &PROC_CTL_WAIT, &args, &reply);
	cr_assert(reply.error.len == 0);
	cr_assert(reply.decided == count, "%d have decided %lld, not %d",
		  reply.decided, (long long)seq, count);
	cr_expect(reply.other_peer == -1);
	cr_expect(count == 0 || value_equal(reply.first, wanted));
	for (int i = 0; i < CTL_PEERS_MAX; i++)
		if (reply.fates[i] == FATE_DECIDED) {
			cr_expect(reply.lengths[i] == wanted.len);
			cr_expect(reply.fingerprints[i] ==
				  value_fingerprint(wanted));
		}
	value_free(&wanted);
	value_free(&reply.first);
	value_free(&reply.other);
}

static inline uint64_t count_calls(struct host *host,
				   const struct rpc_proc *proc)
{
	struct ctl_count_args args = {
		.from = CTL_ALL,
		.to = CTL_ALL,
		.prog = proc->program,
		.vers = proc->version,
		.proc = proc->number,
	};
	struct ctl_count_reply reply;

	call(host, &PROC_CTL_COUNT, &args, &reply);
	cr_assert(reply.error.len == 0);
	return reply.calls;
}

/* Tells how many files with a name that begins with PREFIX HOST has left. */
static inline int count_files(const struct host *host, const char *prefix)
{
	struct dirent *entry;
	char path[128];
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/host", host->dir);
	dir = opendir(path);
	cr_assert(dir != NULL);
	while ((entry = readdir(dir)) != NULL)
		n += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	closedir(dir);
	return n;
}

/* Ends HOST, which must be well until the last. */
static inline void end(struct host *host)
{
	int status;

	expect_done(host, &PROC_CTL_END, NULL, "");
	status = reap(host);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		  "the host ended with status %#x", (unsigned)status);
}

#endif
