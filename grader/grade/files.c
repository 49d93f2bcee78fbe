/*
 * files.c - folders that come and go, and files that are never half written.
 */
#define _GNU_SOURCE /* nftw(), flock() */

#include "grader/grade/files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/grade/text.h"

#define DESCRIPTORS_MAX 16 /* for walking through a folder */

void folder_make(const char *path)
{
	char *part = text_copy(path);

	for (char *s = part + 1; *s != '\0'; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		mkdir(part, 0777); /* if it failed, so will the last one */
		*s = '/';
	}
	if (mkdir(part, 0777) != 0 && errno != EEXIST)
		machine_error("cannot make the folder %s: %s", path,
			      strerror(errno));
	free(part);
}

void folder_claim(const char *path)
{
	int fd;

	folder_make(path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		machine_error("cannot open the folder %s: %s", path,
			      strerror(errno));
	/* A file system without locks does not keep anybody from grading. */
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
		usage_error("another grade writes its results to %s: wait "
			    "until it has ended, or give --out=DIR", path);
}

char *folder_invent(const char *dir)
{
	uint64_t number;

	if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
		machine_error("cannot draw a number: %s", strerror(errno));
	return text_format("%s/%016jx", dir, (uintmax_t)number);
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *where)
{
	(void)st;
	(void)where;
	if (kind == FTW_DP || kind == FTW_DNR)
		rmdir(path);
	else
		unlink(path);
	return 0;
}

/* Each file costs at least this: there are to be no millions of empty ones. */
#define FILE_COST 4096

/* nftw() lends its callback nothing. */
static int64_t bytes_found, bytes_wanted;

static int add_one(const char *path, const struct stat *st, int kind,
		   struct FTW *where)
{
	(void)path;
	(void)kind;
	(void)where;
	bytes_found += FILE_COST + (int64_t)st->st_blocks * 512;
	return bytes_found > bytes_wanted;
}

int64_t folder_bytes(const char *path, int64_t most)
{
	bytes_found = 0;
	bytes_wanted = most;
	nftw(path, add_one, DESCRIPTORS_MAX, FTW_PHYS);
	return bytes_found <= most ? bytes_found : most + 1;
}

bool folder_remove(const char *path)
{
	struct stat st;

	nftw(path, remove_one, DESCRIPTORS_MAX, FTW_DEPTH | FTW_PHYS);
	return lstat(path, &st) != 0 && errno == ENOENT;
}

void draft_open(struct draft *draft, const char *dir, const char *name)
{
	draft->path = text_format("%s/%s", dir, name);
	draft->temporary = text_format("%s/.%s.%d", dir, name, (int)getpid());
	draft->file = fopen(draft->temporary, "w");
	if (draft->file == NULL)
		machine_error("cannot write %s: %s", draft->temporary,
			      strerror(errno));
}

void draft_publish(struct draft *draft)
{
	bool failed = ferror(draft->file) != 0;

	failed |= fflush(draft->file) != 0;
	failed |= fsync(fileno(draft->file)) != 0 && errno != EINVAL;
	failed |= fclose(draft->file) != 0;
	if (failed || rename(draft->temporary, draft->path) != 0) {
		unlink(draft->temporary);
		machine_error("cannot write %s: %s", draft->path,
			      strerror(errno));
	}
	free(draft->path);
	free(draft->temporary);
}

void file_remove(const char *dir, const char *name)
{
	char *path = text_format("%s/%s", dir, name);

	if (unlink(path) != 0 && errno != ENOENT)
		machine_error("cannot remove %s: %s", path, strerror(errno));
	free(path);
}

char *file_start(const char *path, size_t bytes)
{
	char *raw = room_make(bytes, 1), *clean;
	FILE *file = fopen(path, "r");
	size_t len = 0;

	if (file != NULL) {
		len = fread(raw, 1, bytes, file);
		fclose(file);
	}
	clean = text_clean(raw, len);
	free(raw);
	return clean;
}
