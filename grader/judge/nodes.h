/*
 * nodes.h - how tests write sets of nodes: "0 2" and "0 2 | 1 3 4".
 *
 * Threads: no state.  Memory: nothing is allocated.
 *
 * Errors: false, and in WHY (of WHY_SIZE bytes) what is wrong and where.
 */
#ifndef GRADER_JUDGE_NODES_H
#define GRADER_JUDGE_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads TEXT (NULL: none) into *SET; bit i stands for node i of N. */
bool nodes_parse(const char *text, int n, uint64_t *set, char *why,
		 size_t why_size);

/*
 * Reads TEXT into GROUP_OF[0..N): the number of each node's group.  Every
 * node has to be named exactly once and no group may be empty.
 */
bool groups_parse(const char *text, int n, int group_of[], char *why,
		  size_t why_size);

/* Writes GROUP_OF as text, such as "0 2 | 1 3 4"; returns BUF. */
const char *groups_describe(const int group_of[], int n, char *buf,
			    size_t size);

/* Writes SET as text, such as "0 2"; returns BUF. */
const char *nodes_describe(uint64_t set, char *buf, size_t size);

#endif
