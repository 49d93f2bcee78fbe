/*
 * peer.c - opens a peer at the socket PATH, runs CLIENT with that path, and
 * ends as the client ended.
 *
 *     peer PATH CLIENT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labrpc/endpoint.h"
#include "paxos/paxos.h"

static int run(const char *client, const char *path)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl(client, client, path, (char *)NULL);
		fprintf(stderr, "%s: %s\n", client, strerror(errno));
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	struct rpc_end *ends[] = { NULL };
	struct paxos_config config = { .npeers = 1, .ends = ends };
	struct paxos *px;
	int status;

	if (argc != 3)
		return 2;
	config.server = rpc_server_open(argv[1], 0);
	if (config.server == NULL) {
		perror(argv[1]);
		return 1;
	}
	px = paxos_make(&config);
	rpc_server_run(config.server);
	status = run(argv[2], argv[1]);
	paxos_kill(px);
	rpc_server_close(config.server);
	paxos_free(px);
	return status;
}
