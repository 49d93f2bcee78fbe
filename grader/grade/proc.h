/*
 * proc.h - the processes below a process, read from /proc.
 *
 * A scan is a series of reads while processes come and go, so it can miss
 * one that has just been born or adopted: it is good enough to watch limits
 * and to kill again and again, and never the proof that nobody is left.
 *
 * Threads: none.
 *
 * Memory: a watch keeps what it learned until watch_deinit().
 *
 * Errors: what cannot be read is taken as a process that has just ended.
 */
#ifndef GRADER_GRADE_PROC_H
#define GRADER_GRADE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent;
	char name[20];
	bool dead;         /* a zombie */
	long threads;
	int64_t memory_kb; /* anonymous, shared memory, and swapped out */
};

/* The processes below one process, and a memory of those that are not. */
struct watch {
	pid_t root;
	struct process *below; /* zombies included, the root not */
	size_t n;
	pid_t *foreign;  /* ascending: seen, and not below the root */
	size_t nforeign;
};

void watch_init(struct watch *watch, pid_t root);
void watch_deinit(struct watch *watch);

/*
 * Reads who is below the root now.  Those that a former scan found to be
 * elsewhere are not looked at again (nobody moves below a process that is
 * not his ancestor) unless AFRESH, which also holds when numbers are reused.
 */
void watch_scan(struct watch *watch, bool afresh);

/* The first part of /proc/PID/status; false if there is no such process. */
bool process_read(pid_t pid, struct process *process);

/* Tells whether PID is ANCESTOR or below it. */
bool process_descends(pid_t pid, pid_t ancestor);

#endif
