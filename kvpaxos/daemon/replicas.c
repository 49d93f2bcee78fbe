/*
 * replicas.c - see replicas.h.
 *
 * Invariant: a replica that does not answer has a number only if all that
 * answer stand in the list at the place of theirs.
 */
#define _DEFAULT_SOURCE /* SOCK_CLOEXEC came to POSIX after 2008 */

#include "kvpaxos/daemon/replicas.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "labrpc/endpoint.h"

const char *replicas_open(struct replicas *all, const struct sockets *sockets)
{
	all->n = all->total = sockets->n;
	for (int i = 0; i < all->n; i++) {
		struct replica *r = &all->list[i];

		*r = (struct replica){ .path = sockets->path[i], .number = i };
		r->end = rpc_end_open(r->path, -1, RPC_TIMEOUT_MS);
		if (r->end == NULL)
			return r->path;
	}
	return NULL;
}

void replicas_close(struct replicas *all)
{
	for (int i = 0; i < all->n; i++)
		rpc_end_close(all->list[i].end);
}

/* Why nobody can connect to PATH, or 0; where many wait already one can. */
static int error_at(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	int error = 0;

	memcpy(to.sun_path, path, strlen(path) + 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		error = errno != EAGAIN ? errno : 0;
	if (fd >= 0)
		close(fd);
	return error;
}

bool replicas_reach(struct replicas *all)
{
	bool any = false;

	for (int i = 0; i < all->n; i++) {
		all->list[i].error = error_at(all->list[i].path);
		any = any || all->list[i].error == 0;
	}
	return any;
}

/* Tells whether the list is the cluster's own, as far as can be known. */
static bool is_whole(const struct replicas *all)
{
	for (int i = 0; i < all->n; i++) {
		const struct replica *r = &all->list[i];

		if (r->answers && (r->state.me != i ||
				   r->state.replicas != all->n))
			return false;
	}
	return true;
}

void replicas_ask(struct replicas *all)
{
	bool whole;

	replicas_reach(all);
	for (int i = 0; i < all->n; i++) {
		struct replica *r = &all->list[i];

		r->answers = r->error == 0 &&
			     rpc_call(r->end, &PROC_KVADMIN_STATE, NULL,
				      &r->state);
		if (r->answers)
			all->total = r->state.replicas;
	}
	whole = is_whole(all);
	for (int i = 0; i < all->n; i++) {
		struct replica *r = &all->list[i];

		r->number = r->answers ? r->state.me : whole ? i : -1;
	}
}

bool replica_has_ended(const struct replica *r)
{
	char mark[MARK_PATH_BYTES];

	mark_path(mark, r->path);
	return r->error == ECONNREFUSED ||
	       (r->error == ENOENT && access(mark, F_OK) == 0);
}

void replicas_excuse(const struct replicas *all)
{
	for (int i = 0; i < all->n; i++)
		if (!all->list[i].answers)
			replica_excuse(stderr, &all->list[i]);
}

void replica_excuse(FILE *to, const struct replica *r)
{
	if (r->number >= 0)
		fprintf(to, "replica %d  ", r->number);
	else
		fprintf(to, "replica ?  ");
	if (replica_has_ended(r))
		fprintf(to, "has ended: nobody listens at %s\n", r->path);
	else if (r->error == ENOENT)
		fprintf(to, "there is no socket %s\n", r->path);
	else if (r->error != 0)
		fprintf(to, "cannot be reached at %s: %s\n", r->path,
			strerror(r->error));
	else
		fprintf(to, "no answer at %s\n", r->path);
}
