/*
 * filter.c - see filter.h.
 *
 * A list of what is refused and not of what is allowed: what C libraries and
 * sanitizers call changes with their versions.  Files are Landlock's business
 * (process/confine.h), except for what it does not watch.
 *
 * Invariant: a call by which one process reaches another is refused unless
 * its number is our own.
 */
#define _GNU_SOURCE /* CLONE_THREAD, F_SETSIG and their like */

#include "grader/host/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "grader/host/flavour.h"

static const char *const refused[] = {
	/* other processes */
	"process_vm_readv", "process_vm_writev", "kcmp", "tkill", "setsid",
	"setpgid", "setpriority", "ioprio_set", "sched_setscheduler",
	"sched_setparam", "sched_setattr", "shmget", "msgget", "semget",
	"mq_open", "unshare", "setns",
	/* files, where Landlock does not look or an old one did not */
	"chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown",
	"fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr",
	"lremovexattr", "fremovexattr", "utime", "utimes", "futimesat",
	"utimensat", "truncate", "inotify_init", "inotify_init1",
	"fanotify_init", "name_to_handle_at", "open_by_handle_at",
	"memfd_create", "chroot", "pivot_root", "mount", "umount2",
	"quotactl", "swapon", "swapoff",
	/* ways around this filter */
	"io_setup", "io_submit",
	/* the machine */
	"bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key",
	"request_key", "kexec_load", "kexec_file_load", "init_module",
	"finit_module", "delete_module", "reboot", "settimeofday",
	"clock_settime", "clock_adjtime", "adjtimex", "sethostname",
	"setdomainname", "acct", "syslog", "iopl", "ioperm",
};

/* Calls that the kernel may know and the library not yet.  From 424 on a call
 * has the same number on every machine. */
static const struct call {
	const char *name;
	int number;
} refused_since[] = {
	{ "pidfd_send_signal", 424 }, { "io_uring_setup", 425 },
	{ "io_uring_enter", 426 }, { "io_uring_register", 427 },
	{ "open_tree", 428 }, { "move_mount", 429 }, { "fsopen", 430 },
	{ "fsconfig", 431 }, { "fsmount", 432 }, { "fspick", 433 },
	{ "pidfd_open", 434 }, { "openat2", 437 }, { "pidfd_getfd", 438 },
	{ "process_madvise", 440 }, { "mount_setattr", 442 },
	{ "quotactl_fd", 443 }, { "memfd_secret", 447 },
	{ "process_mrelease", 448 }, { "fchmodat2", 452 },
	{ "setxattrat", 463 }, { "removexattrat", 466 },
	{ "open_tree_attr", 467 }, { "file_setattr", 469 },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Has the FILTER do HOW with the call NUMBER if CONDITION holds, if any. */
static int add(scmp_filter_ctx filter, uint32_t how, int number,
	       const struct scmp_arg_cmp *condition)
{
	return -seccomp_rule_add_array(filter, how, number, condition != NULL,
				       condition);
}

/* The same for the call NAME.  The library knows it if this machine has it:
 * none is newer than the library (refused_since). */
static int add_named(scmp_filter_ctx filter, uint32_t how, const char *name,
		     const struct scmp_arg_cmp *condition)
{
	int number = seccomp_syscall_resolve_name(name);

	return number < 0 ? 0 : add(filter, how, number, condition);
}

static int refuse(scmp_filter_ctx filter, const char *name)
{
	return add_named(filter, SCMP_ACT_KILL_PROCESS, name, NULL);
}

/* A call that is refused if argument ARG is as OP says of A and B. */
struct part {
	const char *name;
	unsigned arg;
	enum scmp_compare op;
	scmp_datum_t a, b;
};

static int refuse_part(scmp_filter_ctx filter, const struct part *part)
{
	const struct scmp_arg_cmp condition = {
		.arg = part->arg, .op = part->op, .datum_a = part->a,
		.datum_b = part->b,
	};

	return add_named(filter, SCMP_ACT_KILL_PROCESS, part->name,
			 &condition);
}

/* What some flavours cannot do without. */
static int refuse_processes(scmp_filter_ctx filter)
{
	const struct part new_process = {
		"clone", 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0
	};
	/* LeakSanitizer looks at all threads from a process beside them. */
	bool may_fork = HOST_HAS_ASAN || HOST_STARTS_SYMBOLIZER;
	int err = 0;

	if (!HOST_HAS_ASAN)
		err = refuse(filter, "ptrace");
	if (err == 0 && !HOST_STARTS_SYMBOLIZER)
		err = refuse(filter, "execve");
	if (err == 0 && !HOST_STARTS_SYMBOLIZER)
		err = refuse(filter, "execveat");
	if (may_fork || err != 0)
		return err;
	err = refuse(filter, "fork");
	if (err == 0)
		err = refuse(filter, "vfork");
	if (err == 0)
		err = refuse_part(filter, &new_process);
	/* Its flags cannot be seen; the C library then takes the older one. */
	if (err == 0)
		err = add_named(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3",
				NULL);
	return err;
}

/* The limits of this process: set anew they could starve the host.  A program
 * that is started may set its own. */
static int refuse_limits(scmp_filter_ctx filter)
{
	const struct part setting = { "prlimit64", 2, SCMP_CMP_NE, 0, 0 };
	int err = HOST_STARTS_SYMBOLIZER ? 0 : refuse(filter, "setrlimit");

	if (err == 0 && !HOST_STARTS_SYMBOLIZER)
		err = refuse_part(filter, &setting);
	return err;
}

/* Calls that are refused for some of their arguments. */
static int refuse_by_argument(scmp_filter_ctx filter)
{
	const scmp_datum_t self = (scmp_datum_t)getpid();
	const struct part calls[] = {
		/* A process, which may be this one. */
		{ "kill", 0, SCMP_CMP_NE, self, 0 },
		{ "tgkill", 0, SCMP_CMP_NE, self, 0 },
		{ "rt_sigqueueinfo", 0, SCMP_CMP_NE, self, 0 },
		{ "rt_tgsigqueueinfo", 0, SCMP_CMP_NE, self, 0 },
		/* The C library says 0 for itself, to read. */
		{ "prlimit64", 0, SCMP_CMP_NE, 0, 0 },
		{ "sched_setaffinity", 0, SCMP_CMP_NE, 0, 0 },
		{ "socket", 0, SCMP_CMP_NE, AF_UNIX, 0 },
		{ "socketpair", 0, SCMP_CMP_NE, AF_UNIX, 0 },
		/* Signals to others by way of a descriptor. */
		{ "fcntl", 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETOWN },
		{ "fcntl", 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETOWN_EX },
		{ "fcntl", 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETSIG },
		{ "ioctl", 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, FIOSETOWN },
		{ "ioctl", 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, SIOCSPGRP },
		/* Opened for reading, and emptied. */
		{ "open", 1, SCMP_CMP_MASKED_EQ, O_ACCMODE | O_TRUNC,
		  O_TRUNC },
		{ "openat", 2, SCMP_CMP_MASKED_EQ, O_ACCMODE | O_TRUNC,
		  O_TRUNC },
	};
	int err = 0;

	for (size_t i = 0; err == 0 && i < LENGTH(calls); i++)
		err = refuse_part(filter, &calls[i]);
	return err;
}

int filter_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err = 0;

	if (filter == NULL)
		return ENOMEM;
	for (size_t i = 0; err == 0 && i < LENGTH(refused); i++)
		err = refuse(filter, refused[i]);
	for (size_t i = 0; err == 0 && i < LENGTH(refused_since); i++)
		err = add(filter, SCMP_ACT_KILL_PROCESS,
			  refused_since[i].number, NULL);
	if (err == 0)
		err = refuse_processes(filter);
	if (err == 0)
		err = refuse_by_argument(filter);
	if (err == 0)
		err = refuse_limits(filter);
	/* Sanitizers have threads before main() begins. */
	if (err == 0)
		err = -seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (err == 0)
		err = -seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
