/*
 * client.c - calls the peer at the socket PATH with nothing but what rpcgen
 * makes of paxos.x and what libtirpc offers.
 *
 *     client PATH
 */
#include <rpc/rpc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "paxos_stock.h" /* made from paxos.x by rpcgen */

#define check(cond)                                                           \
	do {                                                                  \
		if (!(cond)) {                                                \
			fprintf(stderr, "client.c:%d: %s\n", __LINE__,        \
				#cond);                                       \
			exit(1);                                              \
		}                                                             \
	} while (0)

static CLIENT *connect_to(const char *path, rpcprog_t program,
			  rpcvers_t version)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct netbuf to = { .buf = &address, .len = sizeof(address),
			     .maxlen = sizeof(address) };
	struct timeval limit = { .tv_sec = 60 };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CLIENT *client;

	check(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	check(fd >= 0 && connect(fd, (struct sockaddr *)&address,
				 sizeof(address)) == 0);
	client = clnt_vc_create(fd, &to, program, version, 0, 0);
	check(client != NULL);
	check(clnt_control(client, CLSET_TIMEOUT, (char *)&limit));
	check(clnt_control(client, CLSET_FD_CLOSE, NULL));
	return client;
}

/* A value goes to the peer and comes back from it. */
static void agree(CLIENT *client, size_t len)
{
	prepare_args prepare = { .seq = 4, .n = 7 };
	prepare_reply promise = { 0 };
	accept_args accept = { .seq = 4, .n = 7 };
	accept_reply accepted = { 0 };
	size_t i;

	for (i = 0; i < PEERS_MAX; i++)
		prepare.done[i] = accept.done[i] = -1;
	check(paxos_prepare_1(prepare, &promise, client) == RPC_SUCCESS);
	check(promise.outcome == OUTCOME_OK && promise.accepted == 0);

	accept.val.len = len;
	accept.val.data = malloc(len);
	check(accept.val.data != NULL);
	for (i = 0; i < len; i++)
		accept.val.data[i] = (unsigned char)(i * 7);
	check(paxos_accept_1(accept, &accepted, client) == RPC_SUCCESS);
	check(accepted.outcome == OUTCOME_OK);

	prepare.n = 8;
	check(paxos_prepare_1(prepare, &promise, client) == RPC_SUCCESS);
	check(promise.outcome == OUTCOME_OK && promise.accepted == 7);
	check(promise.val.len == len);
	check(memcmp(promise.val.data, accept.val.data, len) == 0);
	xdr_free((xdrproc_t)xdr_prepare_reply, (char *)&promise);
	free(accept.val.data);
}

static enum clnt_stat call_nothing(CLIENT *client, rpcproc_t procedure)
{
	struct timeval limit = { .tv_sec = 60 };

	return clnt_call(client, procedure, (xdrproc_t)xdr_void, NULL,
			 (xdrproc_t)xdr_void, NULL, limit);
}

/* What is not served is refused as RFC 5531, section 9, has it. */
static void refuse(const char *path, CLIENT *client)
{
	CLIENT *other = connect_to(path, PAXOS_PROGRAM, 99);
	struct rpc_err error;

	check(call_nothing(client, 55) == RPC_PROCUNAVAIL);
	check(call_nothing(client, PAXOS_PREPARE) == RPC_CANTDECODEARGS);
	check(call_nothing(other, 0) == RPC_PROGVERSMISMATCH);
	clnt_geterr(other, &error);
	check(error.re_vers.low == PAXOS_V1 && error.re_vers.high >= PAXOS_V1);
	clnt_destroy(other);
	other = connect_to(path, PAXOS_PROGRAM + 50, PAXOS_V1);
	check(call_nothing(other, 0) == RPC_PROGUNAVAIL);
	clnt_destroy(other);
}

int main(int argc, char **argv)
{
	CLIENT *client;

	check(argc == 2);
	client = connect_to(argv[1], PAXOS_PROGRAM, PAXOS_V1);
	check(call_nothing(client, NULLPROC) == RPC_SUCCESS);
	agree(client, 100001);
	refuse(argv[1], client);
	check(call_nothing(client, NULLPROC) == RPC_SUCCESS);
	clnt_destroy(client);
	return 0;
}
