/*
 * library.c - see library.h.
 */
#define _GNU_SOURCE 1 /* dl_iterate_phdr(), dlinfo() */

#include "grader/host/library.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "grader/control.h"
#include "grader/host/error.h"

#define COPY_BYTES 65536

/* The most that static variables of a submission may take.  Nobody counts
 * them, so what peers are to forget must not lie there. */
#define STATIC_BYTES_MAX ((size_t)4 << 20)

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

struct statics {
	const struct link_map *library;
	size_t bytes;
};

static int add_statics(struct dl_phdr_info *info, size_t size, void *context)
{
	struct statics *statics = context;

	(void)size;
	if (info->dlpi_addr != statics->library->l_addr)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if ((segment->p_type == PT_LOAD &&
		     (segment->p_flags & PF_W) != 0) ||
		    segment->p_type == PT_TLS)
			statics->bytes += segment->p_memsz;
	}
	return 1;
}

/* Tells whether LIBRARY has no more variables than it may have. */
static bool check_statics(void *library, struct value *error)
{
	struct statics statics = { .bytes = 0 };

	if (dlinfo(library, RTLD_DI_LINKMAP, &statics.library) != 0)
		return error_set(error, "no map of it: %s", dlerror());
	dl_iterate_phdr(add_statics, &statics);
	if (statics.bytes <= STATIC_BYTES_MAX)
		return true;
	return error_set(error, CTL_SUBMISSION "its static variables take "
			 "%zu KiB, and may take %zu: use malloc()",
			 statics.bytes >> 10, STATIC_BYTES_MAX >> 10);
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
	if (!check_statics(library, error))
		return false;
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
