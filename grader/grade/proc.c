/*
 * proc.c - the processes below a process, read from /proc.
 */
#include "grader/grade/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/grade/text.h"

#define STATUS_BYTES_MAX 4096
#define DEPTH_MAX 256 /* of the tree of processes */

/* The number behind KEY at the start of a line of STATUS, else 0. */
static long long status_number(const char *status, const char *key)
{
	const char *line = strstr(status, key);

	return line != NULL ? atoll(line + strlen(key)) : 0;
}

bool process_read(pid_t pid, struct process *process)
{
	char path[32], status[STATUS_BYTES_MAX], state = '?';
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, status, sizeof status - 1);
	close(fd);
	if (n <= 0)
		return false;
	status[n] = '\0';
	*process = (struct process){
		.pid = pid,
		.parent = (pid_t)status_number(status, "\nPPid:"),
		.threads = (long)status_number(status, "\nThreads:"),
		.memory_kb = status_number(status, "\nRssAnon:") +
			     status_number(status, "\nRssShmem:") +
			     status_number(status, "\nVmSwap:"),
	};
	/* The kernel writes a newline in a name as \n, so lines are lines. */
	sscanf(status, "Name:\t%15[^\n]", process->name);
	if (strstr(status, "\nState:\t") != NULL)
		state = strstr(status, "\nState:\t")[8];
	process->dead = state == 'Z' || state == 'X';
	return true;
}

bool process_descends(pid_t pid, pid_t ancestor)
{
	struct process process;

	for (int depth = 0; pid > 1 && depth < DEPTH_MAX; depth++) {
		if (pid == ancestor)
			return true;
		if (!process_read(pid, &process))
			return false;
		pid = process.parent;
	}
	return false;
}

void watch_init(struct watch *watch, pid_t root)
{
	*watch = (struct watch){ .root = root };
}

void watch_deinit(struct watch *watch)
{
	free(watch->below);
	free(watch->foreign);
	watch_init(watch, watch->root);
}

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static bool is_foreign(const struct watch *watch, pid_t pid)
{
	return watch->nforeign > 0 &&
	       bsearch(&pid, watch->foreign, watch->nforeign, sizeof pid,
		       compare_pids) != NULL;
}

static int compare_processes(const void *a, const void *b)
{
	return compare_pids(&((const struct process *)a)->pid,
			    &((const struct process *)b)->pid);
}

/* Whether ALL[0..N), ascending by pid, leads from PROCESS up to ROOT. */
static bool leads_to(const struct process *all, size_t n,
		     const struct process *process, pid_t root)
{
	for (int depth = 0; process != NULL && depth < DEPTH_MAX; depth++) {
		struct process key = { .pid = process->parent };

		if (process->parent == root)
			return true;
		process = n > 0 ? bsearch(&key, all, n, sizeof key,
					  compare_processes) : NULL;
	}
	return false;
}

/* Splits ALL into those below the root and the foreign ones. */
static void sort_out(struct watch *watch, struct process *all, size_t n)
{
	struct process *below = room_make(n, sizeof *below);

	watch->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (leads_to(all, n, &all[i], watch->root))
			below[watch->n++] = all[i];
		else if (all[i].pid != watch->root)
			watch->foreign[watch->nforeign++] = all[i].pid;
	}
	free(watch->below);
	watch->below = below;
	if (watch->nforeign > 0)
		qsort(watch->foreign, watch->nforeign,
		      sizeof *watch->foreign, compare_pids);
}

void watch_scan(struct watch *watch, bool afresh)
{
	DIR *proc = opendir("/proc");
	struct process *all = NULL;
	pid_t *still = NULL;
	size_t n = 0, nstill = 0, room = 0;
	struct dirent *entry;

	if (proc == NULL)
		machine_error("cannot read /proc");
	while ((entry = readdir(proc)) != NULL) {
		pid_t pid = (pid_t)atol(entry->d_name);

		if (pid <= 0)
			continue;
		if (n + nstill == room) {
			room = 2 * room + 256;
			all = room_grow(all, room, sizeof *all);
			still = room_grow(still, room, sizeof *still);
		}
		if (!afresh && is_foreign(watch, pid))
			still[nstill++] = pid;
		else if (process_read(pid, &all[n]))
			n++;
	}
	closedir(proc);
	if (n > 0)
		qsort(all, n, sizeof *all, compare_processes);
	free(watch->foreign);
	watch->foreign = still;
	watch->nforeign = nstill;
	sort_out(watch, all, n);
	free(all);
}
