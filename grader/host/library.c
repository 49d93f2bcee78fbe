/*
 * library.c - see library.h.
 */
#include "grader/host/library.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "grader/control.h"
#include "grader/host/error.h"

#define COPY_BYTES 65536

static bool write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

static bool copy_bytes(int from, int to)
{
	char bytes[COPY_BYTES];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		if (!write_all(to, bytes, (size_t)n))
			return false;
	return n == 0;
}

static bool copy_file(const char *from, const char *to, struct value *error)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	bool copied;

	if (in < 0)
		return error_errno(error, "cannot open %s", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0) {
		error_errno(error, "cannot make %s", to);
		close(in);
		return false;
	}
	copied = copy_bytes(in, out);
	if (!copied)
		error_errno(error, "cannot copy %s to %s", from, to);
	close(in);
	close(out);
	return copied;
}

/* Stores the function NAME of LIBRARY in the pointer of SIZE bytes at INTO. */
static bool find(void *library, const char *name, void *into, size_t size,
		 struct value *error)
{
	void *found = dlsym(library, name);

	if (found == NULL)
		return error_set(error,
				 CTL_SUBMISSION "it does not define %s()",
				 name);
	/* POSIX has it that this works; C has no conversion for it. */
	memcpy(into, &found, size);
	return true;
}

#define FIND_IN(prefix, what)                                                 \
	find(library, prefix #what, &api->what, sizeof(api->what), error)
#define FIND(what) FIND_IN("paxos_", what)
#define FIND_KV(what) FIND_IN("kv_", what)

bool library_load(const char *submission, const char *copy,
		  struct paxos_api *api, struct value *error)
{
	void *library;

	if (!copy_file(submission, copy, error))
		return false;
	error_submission_runs();
	library = dlopen(copy, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return error_set(error,
				 CTL_SUBMISSION "it cannot be loaded: %s",
				 dlerror());
	/* Whoever does not count has nothing to show in logs, and no more. */
	if (dlsym(library, "paxos_stats") == NULL)
		api->stats = NULL;
	else if (!FIND(stats))
		return false;
	return FIND(make) && FIND(start) && FIND(status) && FIND(done) &&
	       FIND(max) && FIND(min) && FIND(kill) && FIND(free);
}

bool library_find_kv(const char *copy, struct kv_api *api,
		     struct value *error)
{
	void *library = dlopen(copy, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);

	if (library == NULL)
		return error_set(error, "%s is not loaded", copy);
	return FIND_KV(server_make) && FIND_KV(server_kill) &&
	       FIND_KV(server_free) && FIND_KV(server_paxos) &&
	       FIND_KV(clerk_make) && FIND_KV(clerk_free) &&
	       FIND_KV(clerk_kill) && FIND_KV(clerk_get) &&
	       FIND_KV(clerk_put) && FIND_KV(clerk_append);
}
