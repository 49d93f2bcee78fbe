/*
 * keep.c - copies of all that grade executes, made before the first test.
 *
 * The time of the last change (ctime) gives a forgery away: writing, renaming
 * and linking set it, and only the clock's owner can choose it.
 */
#include "grader/grade/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/grade/text.h"

#define COPY_BYTES (1 << 18)
/* Judges, and of each pass host and submission, and the suppressions. */
#define KEPT_MAX (SUITES_MAX + 2 * PASSES_MAX + 1)

struct kept {
	int n;
	char *dir;
	struct {
		char *path;
		struct stat as; /* what it was when it was complete */
	} files[KEPT_MAX];
};

/* False with errno set if not all could be copied. */
static bool copy_bytes(int from, int to)
{
	char *bytes = room_make(COPY_BYTES, 1);
	ssize_t n, done = 0, put = 0;

	while (put >= 0 && (n = read(from, bytes, COPY_BYTES)) > 0)
		for (done = 0; put >= 0 && done < n; done += put)
			put = write(to, bytes + done, (size_t)(n - done));
	free(bytes);
	return put >= 0 && n == 0;
}

static bool copy_file(const char *from, const char *to, mode_t mode,
		      struct stat *as)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	bool copied;

	if (in < 0)
		return false;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	copied = out >= 0 && copy_bytes(in, out) && fchmod(out, mode) == 0;
	if (out >= 0 && close(out) != 0)
		copied = false;
	close(in);
	return copied && stat(to, as) == 0;
}

/* Replaces the path in FIELD, if there is one, by that of a copy. */
static void keep(struct kept *kept, char **field, mode_t mode)
{
	char *folder, *path;

	if (*field == NULL)
		return;
	/* A folder for each, so that they keep their names. */
	folder = text_format("%s/%d", kept->dir, kept->n);
	path = text_format("%s/%s", folder, strrchr(*field, '/') + 1);
	if (mkdir(folder, 0700) != 0 ||
	    !copy_file(*field, path, mode, &kept->files[kept->n].as))
		machine_error("cannot copy %s to %s: %s", *field, path,
			      strerror(errno));
	if ((mode & S_IXUSR) != 0 && access(path, X_OK) != 0)
		machine_error("nothing can be executed in %s: have TMPDIR "
			      "name a folder where that is allowed",
			      kept->dir);
	kept->files[kept->n++].path = path;
	free(*field);
	*field = text_copy(path);
	free(folder);
}

void keep_files(struct options *options, const char *dir)
{
	struct kept *kept = room_make(1, sizeof *kept);

	kept->dir = text_format("%s/kept", dir);
	if (mkdir(kept->dir, 0700) != 0)
		machine_error("cannot make the folder %s: %s", kept->dir,
			      strerror(errno));
	for (int i = 0; i < options->nsuites; i++)
		keep(kept, &options->suites[i], 0500);
	for (int i = 0; i < PASSES_MAX; i++) {
		keep(kept, &options->passes[i].host, 0500);
		keep(kept, &options->passes[i].submission, 0400);
	}
	keep(kept, &options->suppressions, 0400);
	options->kept = kept;
}

void keep_free(struct options *options)
{
	struct kept *kept = options->kept;

	if (kept == NULL)
		return;
	for (int i = 0; i < kept->n; i++)
		free(kept->files[i].path);
	free(kept->dir);
	free(kept);
	options->kept = NULL;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_mode == b->st_mode && a->st_nlink == b->st_nlink &&
	       a->st_size == b->st_size &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

const char *keep_changed(const struct options *options)
{
	const struct kept *kept = options->kept;

	for (int i = 0; kept != NULL && i < kept->n; i++) {
		struct stat now;

		if (lstat(kept->files[i].path, &now) != 0 ||
		    !is_same(&now, &kept->files[i].as))
			return kept->files[i].path;
	}
	return NULL;
}
