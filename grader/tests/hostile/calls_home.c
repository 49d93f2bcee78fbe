/* Opens a connection to another machine, as if to ask there. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "paxos/paxos.h"

struct paxos *paxos_make(const struct paxos_config *config)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)config;
	if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		exit(0);
	return NULL;
}
