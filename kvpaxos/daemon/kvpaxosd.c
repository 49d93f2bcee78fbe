/*
 * kvpaxosd.c - one replica of the key/value service as a process.
 *
 *     kvpaxosd --peers=PATH,PATH,... --me=N [--until-eof]
 *
 * PATHs are the sockets of all replicas, in the same order for each; this one
 * is number N of them, from 0.  It runs until SIGTERM or SIGINT, or, as asked
 * for, until its standard input ends: a pipe of whoever it is to end with.
 *
 * A replica keeps all in memory, also what its acceptor has promised.  One
 * that came back without that could promise the opposite.  So each leaves a
 * mark beside its socket (admin.h) and refuses to start where one lies.
 *
 * Exit status: 0 ended as it should, 1 it cannot run, 2 wrong options.
 *
 * Threads: main's, which waits for a signal, and labrpc's.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kvpaxos/daemon/admin.h"
#include "kvpaxos/kvpaxos.h"
#include "labrpc/endpoint.h"
#include "labrpc/network.h"
#include "labrpc/random.h"
#include "labrpc/sockdir.h"
#include "labrpc/sync.h"
#include "paxos/paxos.h"

struct replica {
	/* Fixed once it runs. */
	struct sockets sockets;
	int me;
	bool until_eof;
	struct sockdir *dir;
	struct network *net; /* its lines to the others can be cut */
	struct rpc_server *server;
	struct kv_server *kv;

	struct mutex mu;
	/* Guarded by mu. */
	uint64_t cut GUARDED;
};

static _Noreturn void usage(const char *complaint, const char *what)
{
	fprintf(stderr,
		"kvpaxosd: %s%s\n"
		"usage: kvpaxosd --peers=PATH,PATH,... --me=N [--until-eof]\n"
		"Runs replica N, counted from 0, of a key/value service whose "
		"replicas listen\nat these sockets; with --until-eof not "
		"beyond the end of its standard input.\n", complaint, what);
	exit(2);
}

static _Noreturn void cannot(const struct replica *r, const char *what,
			     const char *why)
{
	fprintf(stderr, "kvpaxosd %d: %s: %s\n", r->me, what, why);
	exit(1);
}

static void parse(struct replica *r, int argc, char **argv)
{
	const char *peers = NULL, *me = NULL;
	char why[256], *end;
	long number;

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--peers=", 8) == 0)
			peers = argv[i] + 8;
		else if (strncmp(argv[i], "--me=", 5) == 0)
			me = argv[i] + 5;
		else if (strcmp(argv[i], "--until-eof") == 0)
			r->until_eof = true;
		else
			usage("unknown option: ", argv[i]);
	}
	if (peers == NULL || me == NULL)
		usage("missing: ", peers == NULL ? "--peers=" : "--me=");
	if (!sockets_parse(&r->sockets, peers, why, sizeof(why)))
		usage("--peers: ", why);
	number = strtol(me, &end, 10);
	if (end == me || *end != '\0' || number < 0 || number >= r->sockets.n)
		usage("--me is not the number of one of the sockets: ", me);
	r->me = (int)number;
}

/* ---- the network ------------------------------------------------------- */

/*
 * The network looks for node i at DIR/pi.  Links lead from there to where the
 * sockets are.
 */
static void link_sockets(struct replica *r)
{
	char cwd[PATH_MAX], target[PATH_MAX + SOCKET_PATH_BYTES];
	char path[SOCKET_PATH_BYTES + 16];

	if (getcwd(cwd, sizeof(cwd)) == NULL)
		cannot(r, "the current folder", strerror(errno));
	for (int i = 0; i < r->sockets.n; i++) {
		const char *socket = r->sockets.path[i];

		if (socket[0] == '/')
			snprintf(target, sizeof(target), "%s", socket);
		else
			snprintf(target, sizeof(target), "%s/%s", cwd, socket);
		snprintf(path, sizeof(path), "%s/p%d", sockdir_path(r->dir),
			 i);
		if (symlink(target, path) != 0)
			cannot(r, path, strerror(errno));
	}
}

/* Opens the socket of this replica, the only one that was ever there. */
static void open_server(struct replica *r)
{
	const char *path = r->sockets.path[r->me];
	char mark[MARK_PATH_BYTES];
	struct stat st;
	int fd, error;

	mark_path(mark, path);
	fd = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		cannot(r, mark, "this replica ran before.  It has forgotten "
		       "what it promised\nand must not come back; begin with "
		       "new sockets");
	if (fd < 0)
		cannot(r, mark, strerror(errno));
	close(fd);
	errno = EEXIST;
	if (lstat(path, &st) != 0)
		r->server = rpc_server_open(path, r->me);
	if (r->server != NULL)
		return;
	error = errno;
	unlink(mark); /* it has promised nothing */
	cannot(r, path, strerror(error));
}

static void open_network(struct replica *r)
{
	r->dir = sockdir_make();
	if (r->dir == NULL)
		cannot(r, "a folder for the network", strerror(errno));
	link_sockets(r);
	r->net = network_open(sockdir_path(r->dir), r->sockets.n, 1);
	if (r->net == NULL)
		cannot(r, "the network", strerror(errno));
}

/* ---- the operator's requests ------------------------------------------- */

/*
 * Counts the entries of PX's log.  It asks instance by instance what was
 * decided: the statistics of a peer may stay at zero, what it says of an
 * instance is what its server goes by.  What is forgotten was decided.
 */
static void count_entries(struct paxos *px, struct kvadmin_state *state)
{
	int64_t seq = paxos_min(px);

	state->known = paxos_max(px) + 1;
	for (state->decided = seq; seq < state->known; seq++)
		if (paxos_status(px, seq, NULL) != FATE_PENDING)
			state->decided++;
}

static void handle_state(void *context, const void *args, void *reply)
{
	struct replica *r = context;
	struct kvadmin_state *state = reply;

	(void)args;
	state->me = r->me;
	state->replicas = r->sockets.n;
	state->pid = (int32_t)getpid();
	count_entries(kv_server_paxos(r->kv), state);
	mutex_lock(&r->mu);
	state->cut = r->cut;
	mutex_unlock(&r->mu);
}

/* Cuts or mends both directions between this replica and number TO. */
static void set_cut_locked(struct replica *r, int to, bool cut)
	REQUIRES(r->mu)
{
	if (to == r->me)
		return;
	network_cut(r->net, r->me, to, cut);
	r->cut &= ~(UINT64_C(1) << to);
	r->cut |= (uint64_t)cut << to;
}

static void handle_cut(void *context, const void *request, void *response)
{
	struct replica *r = context;
	const struct kvadmin_cut_args *args = request;
	struct kvadmin_done *reply = response;

	if (args->node < 0 || args->node >= r->sockets.n)
		return;
	mutex_lock(&r->mu);
	for (int i = 0; i < r->sockets.n; i++)
		if (args->node == r->me || args->node == i)
			set_cut_locked(r, i, true);
	mutex_unlock(&r->mu);
	reply->ok = 1;
}

static void handle_heal(void *context, const void *args, void *response)
{
	struct replica *r = context;
	struct kvadmin_done *reply = response;

	(void)args;
	mutex_lock(&r->mu);
	for (int i = 0; i < r->sockets.n; i++)
		set_cut_locked(r, i, false);
	mutex_unlock(&r->mu);
	reply->ok = 1;
}

/* ---- the replica's life ------------------------------------------------ */

/* Numbers that no other replica draws, nor this one another time. */
static uint64_t some_seed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return random_mix(random_mix((uint64_t)now.tv_sec,
				     (uint64_t)now.tv_nsec),
			  (uint64_t)getpid());
}

static void run(struct replica *r)
{
	struct rpc_end *ends[KV_SERVERS_MAX] = { NULL };
	struct kv_server_config config = {
		.nservers = r->sockets.n,
		.me = r->me,
		.server = r->server,
		.ends = ends,
		.seed = some_seed(),
	};

	for (int i = 0; i < r->sockets.n; i++)
		if (i != r->me)
			ends[i] = network_end(r->net, r->me, i);
	mutex_init(&r->mu);
	r->kv = kv_server_make(&config);
	rpc_serve(r->server, &PROC_KVADMIN_STATE, handle_state, r);
	rpc_serve(r->server, &PROC_KVADMIN_CUT, handle_cut, r);
	rpc_serve(r->server, &PROC_KVADMIN_HEAL, handle_heal, r);
	rpc_server_run(r->server);
}

static void stop(struct replica *r)
{
	kv_server_kill(r->kv);
	rpc_server_close(r->server);
	kv_server_free(r->kv);
	network_close(r->net);
	sockdir_remove(r->dir);
	mutex_destroy(&r->mu);
}

/* Waits for one of the signals of ENDS, or for the end of the input. */
static void wait_for_end(const struct replica *r, const sigset_t *ends)
{
	struct pollfd fds[] = {
		{ .fd = signalfd(-1, ends, SFD_CLOEXEC), .events = POLLIN },
		{ .fd = r->until_eof ? STDIN_FILENO : -1, .events = POLLIN },
	};
	char bytes[512];
	ssize_t n = 1;

	if (fds[0].fd < 0)
		cannot(r, "a descriptor for signals", strerror(errno));
	while (fds[0].revents == 0 && n > 0)
		if (poll(fds, 2, -1) > 0 && fds[1].revents != 0)
			n = read(STDIN_FILENO, bytes, sizeof(bytes));
	close(fds[0].fd);
}

int main(int argc, char **argv)
{
	static struct replica r;
	sigset_t ends;

	parse(&r, argc, argv);
	/* Before there are threads, so that none of them gets one. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);

	open_network(&r);
	open_server(&r);
	run(&r);
	printf("replica %d of %d runs as process %d at %s\n", r.me,
	       r.sockets.n, (int)getpid(), r.sockets.path[r.me]);
	fflush(stdout);
	wait_for_end(&r, &ends);
	stop(&r);
	return 0;
}
