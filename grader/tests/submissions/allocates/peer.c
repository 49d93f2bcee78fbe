/* Memory that is got in one way and given back in another. */
#define _GNU_SOURCE /* asprintf() */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paxos/paxos.h"

struct paxos {
	struct value kept;
};

struct paxos *paxos_make(const struct paxos_config *config)
{
	(void)config;
	return calloc(1, sizeof(struct paxos));
}

static void every_way(void)
{
	void *aligned = aligned_alloc(64, 640), *posix = NULL;
	char *text = strdup("some text"), *printed = NULL;
	char *block = malloc(100);
	struct value v;

	block = realloc(block, 10000);
	block = realloc(block, 10);
	if (posix_memalign(&posix, 64, 100) != 0 ||
	    asprintf(&printed, "%d and %s", 1, text) < 0)
		abort();
	v = value_make(printed, strlen(printed));
	free(v.data); /* a value by free(), and a block as a value */
	v = (struct value){ .data = malloc(5000), .len = 5000 };
	value_free(&v);
	free(realloc(NULL, 7));
	free(NULL);
	free(block);
	free(aligned);
	free(posix);
	free(text);
	free(printed);
	free(strndup("text", 2));
}

void paxos_start(struct paxos *px, int64_t seq, struct value v)
{
	if (seq == 0)
		every_way();
	free(px->kept.data);
	px->kept = value_copy(v);
}

/* The value that is handed out is the caller's to release. */
enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	(void)seq;
	*v = value_copy(px->kept);
	return FATE_DECIDED;
}

void paxos_done(struct paxos *px, int64_t seq)
{
	(void)seq;
	value_free(&px->kept);
}

void paxos_free(struct paxos *px)
{
	free(px->kept.data);
	free(px);
}
