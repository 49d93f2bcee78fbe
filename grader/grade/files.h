/*
 * files.h - folders that come and go, and files that are never half written.
 *
 * Threads: none.
 *
 * Memory: a draft is freed when it is published.
 *
 * Errors: folder_make() and the drafts end the process with a message that
 * names the path; folder_remove() does what it can, and tells.
 */
#ifndef GRADER_GRADE_FILES_H
#define GRADER_GRADE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Makes the folder PATH, and those above it, where they are missing. */
void folder_make(const char *path);

/*
 * Makes the folder PATH and takes it for this process and its children alone,
 * for as long as they live; wrong use if somebody else has it.
 */
void folder_claim(const char *path);

/*
 * A name for a folder in DIR that nobody who is told of another one can guess.
 * To be freed.
 */
char *folder_invent(const char *dir);

/* What is in PATH takes so many bytes of the disk; no more than MOST + 1. */
int64_t folder_bytes(const char *path, int64_t most);

/* Removes PATH and all that is in it, following no links; false if something
 * is left. */
bool folder_remove(const char *path);

/* A file that takes its name only when it is complete. */
struct draft {
	FILE *file;
	char *path, *temporary;
};

/* Begins the file NAME in the folder DIR. */
void draft_open(struct draft *draft, const char *dir, const char *name);

/* Gives the file its name, in the place of an older one. */
void draft_publish(struct draft *draft);

/* Removes the file NAME from DIR if it is there. */
void file_remove(const char *dir, const char *name);

/* The first BYTES bytes of the file PATH, clean (text.h); to be freed. */
char *file_start(const char *path, size_t bytes);

#endif
