/*
 * hostile_peer_stress.c - a peer at the mercy of strangers: whatever they
 * send, it keeps its promises, every call of the others succeeds, and its
 * memory stays within the bound of endpoint.h.
 *
 * The peer is a process of its own, so that its memory can be read from
 * outside: the most that was ever resident (VmHWM).
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "labrpc/tests/hostile.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

#define CROWD 1000
#define CALLERS 4

/* The words in front of the values of accept_args and decided_args. */
#define ACCEPT_VALUE_AT (1 + 2 * PEERS_MAX + 2 + 2)
#define DECIDED_VALUE_AT (1 + 2 * PEERS_MAX + 2)

/* Connections that claim the longest record and send a part of it. */
#define CLAIMS 40
#define CLAIM_BYTES ((size_t)1 << 20)

/* The same, and more of it than the peer holds. */
#define FLOODS 20
#define FLOOD_BYTES ((size_t)16 << 20)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEASURES 0 /* the sanitizer's own memory drowns ours */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEASURES 0
#endif
#endif
#ifndef MEASURES
#define MEASURES 1
#endif

static struct sockdir *dir;
static char path[108];
static atomic_bool over;

/* ---- the peer, in a process of its own --------------------------------- */

/* Is peer 0 of three: says so on FD, until the other end of that is closed. */
static void be_the_peer(int fd)
{
	struct rpc_server *server = rpc_server_open(path, 0);
	struct rpc_end *ends[3] = { NULL };
	struct paxos *px;
	char c;

	check(server != NULL, "%s", strerror(errno));
	raise_descriptors();
	px = paxos_make(&(struct paxos_config){
		.npeers = 3, .server = server, .ends = ends,
	});
	rpc_server_run(server);
	check(write(fd, "", 1) == 1, "%s", strerror(errno));
	check(read(fd, &c, 1) == 0, "%s", strerror(errno));
	paxos_kill(px);
	rpc_server_close(server);
	paxos_free(px);
}

/* The most of PID's memory that was ever resident. */
static size_t peak_bytes(pid_t pid)
{
	char name[64], line[256];
	size_t kib = 0;
	FILE *file;

	snprintf(name, sizeof name, "/proc/%d/status", (int)pid);
	file = fopen(name, "r");
	check(file != NULL, "%s: %s", name, strerror(errno));
	while (kib == 0 && fgets(line, sizeof line, file) != NULL)
		sscanf(line, "VmHWM: %zu", &kib);
	fclose(file);
	check(kib > 0, "no VmHWM in %s", name);
	return kib << 10;
}

/* The peer PID may have grown to BASE and BYTES, by what WHO did. */
static void expect_within(pid_t pid, size_t base, size_t bytes,
			  const char *who)
{
	size_t peak = peak_bytes(pid);

	printf("%s: %zu KiB resident before, %zu at most since\n", who,
	       base >> 10, peak >> 10);
	if (MEASURES)
		check(peak <= base + bytes, "%zu > %zu + %zu", peak, base,
		      bytes);
}

/* ---- the callers who behave -------------------------------------------- */

/*
 * Ballots of one instance, and each answer must be the acceptor's: nothing
 * that strangers sent may have changed it.
 */
static void propose(struct rpc_end *end, int64_t seq, int64_t n)
{
	unsigned char bytes[100] = { 0 };
	struct value v = { bytes, sizeof bytes };
	struct prepare_args prepare = { .from = 1, .seq = seq, .n = n };
	struct accept_args accept = { .from = 1, .seq = seq, .n = n,
				      .val = v };
	struct prepare_reply promise;
	struct accept_reply accepted;

	for (int i = 0; i < PEERS_MAX; i++)
		prepare.done[i] = accept.done[i] = -1;
	check(rpc_call(end, &PROC_PREPARE, &prepare, &promise),
	      "no promise, seq=%" PRId64 " n=%" PRId64, seq, n);
	check(promise.outcome == OUTCOME_OK && promise.promised == n &&
		      promise.accepted == n - 1,
	      "seq=%" PRId64 " n=%" PRId64 " outcome=%d accepted=%" PRId64,
	      seq, n, (int)promise.outcome, promise.accepted);
	value_free(&promise.val);
	check(rpc_call(end, &PROC_ACCEPT, &accept, &accepted),
	      "no answer, seq=%" PRId64 " n=%" PRId64, seq, n);
	check(accepted.outcome == OUTCOME_OK && accepted.promised == n,
	      "seq=%" PRId64 " n=%" PRId64 " outcome=%d", seq, n,
	      (int)accepted.outcome);
}

static void *keep_proposing(void *arg)
{
	struct rpc_end *end = rpc_end_open(path, 1, ECHO_DEADLINE_MS);
	int64_t seq = (int64_t)(intptr_t)arg, n = 1;

	check(end != NULL, "%s", strerror(errno));
	do
		propose(end, seq, n);
	while (n++ < 50 || !atomic_load(&over));
	rpc_end_close(end);
	return NULL;
}

static void start_callers(pthread_t callers[CALLERS], int wave)
{
	atomic_store(&over, false);
	for (int i = 0; i < CALLERS; i++)
		check(pthread_create(&callers[i], NULL, keep_proposing,
				     (void *)(intptr_t)(wave * CALLERS + i)) ==
			      0,
		      "caller %d", i);
}

static void join_callers(pthread_t callers[CALLERS])
{
	atomic_store(&over, true);
	for (int i = 0; i < CALLERS; i++)
		check(pthread_join(callers[i], NULL) == 0, "caller %d", i);
}

/* ---- the others -------------------------------------------------------- */

static void come_in_a_crowd(void)
{
	int fds[CROWD];

	hostile_crowd(path, &PROC_PREPARE, fds, CROWD);
	for (int i = 0; i < 5; i++)
		hostile_trickle(fds, CROWD);
	hostile_close(fds, CROWD);
}

/* N of them claim the longest record, and send EACH bytes of it. */
static void claim_much(int n, size_t each)
{
	unsigned char *bytes = calloc(1, each);
	const uint32_t mark = 0x80000000u | (uint32_t)RECORD_MAX_BYTES;
	int fds[CLAIMS];
	size_t sent;
	ssize_t some;

	check(bytes != NULL, "no memory");
	hostile_words(bytes, &mark, 1);
	for (int i = 0; i < n; i++) {
		fds[i] = raw_connect(path);
		for (sent = 0; sent < each; sent += (size_t)some) {
			some = send(fds[i], bytes + sent, each - sent,
				    MSG_NOSIGNAL);
			check(some > 0, "%s", strerror(errno));
		}
	}
	hostile_close(fds, n);
	free(bytes);
}

static void be_hostile(pid_t peer)
{
	pthread_t callers[CALLERS];
	size_t base;

	start_callers(callers, 0);
	join_callers(callers);
	base = peak_bytes(peer);

	start_callers(callers, 1);
	hostile_wrong_calls(path, &PROC_ACCEPT, ACCEPT_VALUE_AT);
	hostile_wrong_calls(path, &PROC_DECIDED, DECIDED_VALUE_AT);
	hostile_broken_streams(path);
	hostile_cut_off(path, &PROC_PREPARE);
	come_in_a_crowd();
	join_callers(callers);
	expect_within(peer, base,
		      RPC_CONNECTIONS_MAX * RPC_CONNECTION_BYTES,
		      "1000 connections");

	start_callers(callers, 2);
	claim_much(CLAIMS, CLAIM_BYTES);
	join_callers(callers);
	expect_within(peer, base,
		      RPC_CONNECTIONS_MAX * RPC_CONNECTION_BYTES +
			      2 * CLAIMS * CLAIM_BYTES,
		      "40 long records");
	if (!MEASURES)
		return; /* a sanitizer needs several times the memory */

	start_callers(callers, 3);
	claim_much(FLOODS, FLOOD_BYTES);
	join_callers(callers);
	expect_within(peer, base,
		      RPC_CONNECTIONS_MAX * RPC_CONNECTION_BYTES +
			      2 * RPC_UNFINISHED_BYTES,
		      "20 that flood it");
}

int main(void)
{
	int line[2], status;
	pid_t peer;
	char c;

	dir = sockdir_make();
	check(dir != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0,
	      "%s", strerror(errno));
	snprintf(path, sizeof path, "%s/peer", sockdir_path(dir));
	peer = fork();
	check(peer >= 0, "%s", strerror(errno));
	if (peer == 0) {
		close(line[1]);
		be_the_peer(line[0]);
		return 0; /* the folder is the other process's */
	}
	close(line[0]);
	check(read(line[1], &c, 1) == 1, "the peer does not start");
	raise_descriptors();
	be_hostile(peer);
	close(line[1]);
	check(waitpid(peer, &status, 0) == peer && status == 0,
	      "the peer ended with status %d", status);
	sockdir_remove(dir);
	return 0;
}
