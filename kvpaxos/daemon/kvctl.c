/*
 * kvctl.c - talks to the replicas of a key/value service from the shell.
 *
 *     kvctl [--servers=PATH,PATH,...] [--wait=SECONDS] COMMAND ...
 *
 * The usage text below lists the commands.  Without --servers the variable
 * KV_SERVERS of the environment names the sockets.
 *
 * Exit status: 0 done; 1 refused (a bound is exceeded); 2 wrong usage; 3 no
 * answer in time: then it is unknown whether a put or an append will happen;
 * 4 the standard input could not be read, and nothing was sent, or the
 * standard output not be written.
 *
 * Threads: one.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvpaxos/daemon/admin.h"
#include "kvpaxos/kvpaxos.h"
#include "labrpc/endpoint.h"

#define EXIT_REFUSED 1
#define EXIT_USAGE 2
#define EXIT_NO_ANSWER 3
#define EXIT_STREAM 4

#define WAIT_S 5

struct options {
	struct sockets sockets;
	struct rpc_end *ends[KV_SERVERS_MAX];
	long wait_s;
};

static const char usage_text[] =
	"usage: kvctl [--servers=PATH,...] [--wait=SECONDS] COMMAND\n"
	"  get KEY             print what KEY holds, if anything\n"
	"  put KEY [VALUE]     let KEY hold VALUE, or the standard input\n"
	"  append KEY [VALUE]  add to the end of what KEY holds\n"
	"  status              tell how each replica is\n"
	"  cut N               cut replica N off from the others\n"
	"  heal                mend all that was cut\n"
	"Without --servers the variable KV_SERVERS names the sockets.\n";

/* The exit status, if all that was to be printed has been. */
static int printed(int status)
{
	int failed = ferror(stdout);

	if (fflush(stdout) == 0 && !failed)
		return status;
	fprintf(stderr, "kvctl: cannot write the standard output\n");
	return status != 0 ? status : EXIT_STREAM;
}

static _Noreturn void help(void)
{
	printf("%s"
	       "Exit status: 0 done, 1 refused, 2 wrong usage, 3 no answer in "
	       "time, 4 the\n"
	       "input could not be read or the output not be written.\n",
	       usage_text);
	exit(printed(0));
}

static _Noreturn void usage(const char *complaint, const char *what)
{
	fprintf(stderr, "kvctl: %s%s\n%s", complaint, what, usage_text);
	exit(EXIT_USAGE);
}

static long number_of(const char *text, const char *what, long most)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 0 || n > most)
		usage(what, text);
	return n;
}

/* Reads the options and returns the index of the first word after them. */
static int parse(struct options *o, int argc, char **argv)
{
	const char *servers = getenv("KV_SERVERS");
	char why[256];
	int i;

	o->wait_s = WAIT_S;
	for (i = 1; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strncmp(argv[i], "--servers=", 10) == 0)
			servers = argv[i] + 10;
		else if (strncmp(argv[i], "--wait=", 7) == 0)
			o->wait_s = number_of(argv[i] + 7, "not a number of "
					      "seconds: ", 1000000);
		else if (strcmp(argv[i], "--help") == 0)
			help();
		else
			usage("unknown option: ", argv[i]);
	}
	if (i == argc)
		usage("what is to be done?", "");
	if (servers == NULL)
		usage("which replicas?  Neither --servers nor KV_SERVERS is ",
		      "set");
	if (!sockets_parse(&o->sockets, servers, why, sizeof(why)))
		usage("the list of sockets: ", why);
	for (int s = 0; s < o->sockets.n; s++) {
		o->ends[s] = rpc_end_open(o->sockets.path[s], -1,
					  RPC_TIMEOUT_MS);
		if (o->ends[s] == NULL)
			usage("this path cannot be one of a socket: ",
			      o->sockets.path[s]);
	}
	return i;
}

/* ---- get, put, append -------------------------------------------------- */

static struct value bytes_of(char *s)
{
	return (struct value){ .data = (unsigned char *)s, .len = strlen(s) };
}

/*
 * All of the standard input, but not more than a little above the bound.
 * What could be read in part only is not what was meant.
 */
static struct value read_input(void)
{
	static unsigned char bytes[KV_VALUE_MAX + 1];
	size_t len = fread(bytes, 1, sizeof(bytes), stdin);

	if (ferror(stdin)) {
		perror("kvctl: nothing was sent, cannot read the standard "
		       "input");
		exit(EXIT_STREAM);
	}
	return (struct value){ .data = bytes, .len = len };
}

static int explain(const struct options *o, enum kv_status status,
		   bool writes)
{
	switch (status) {
	case KV_OK:
		return 0;
	case KV_TOO_LARGE:
		fprintf(stderr, "kvctl: too large: a key has at most %d "
			"bytes, and holds at most %d\n", KV_KEY_MAX,
			KV_VALUE_MAX);
		return EXIT_REFUSED;
	default:
		fprintf(stderr, "kvctl: no answer within %ld s.  Do more than "
			"half of all replicas run,\nand reach each other?  "
			"`kvctl status' tells.%s\n", o->wait_s,
			writes ? "  It may still happen." : "");
		return EXIT_NO_ANSWER;
	}
}

/* A person's terminal gets a new line behind the value, a program does not. */
static void print(struct value v)
{
	if (v.len == 0)
		return;
	fwrite(v.data, 1, v.len, stdout);
	if (isatty(STDOUT_FILENO))
		putchar('\n');
}

static enum kv_status write_value(struct kv_clerk *ck, int argc, char **argv)
{
	struct value key = bytes_of(argv[1]);
	struct value val = argc == 3 ? bytes_of(argv[2]) : read_input();

	return strcmp(argv[0], "put") == 0 ? kv_clerk_put(ck, key, val)
					   : kv_clerk_append(ck, key, val);
}

static int operate(struct options *o, int argc, char **argv)
{
	struct kv_clerk *ck = kv_clerk_make(&(struct kv_clerk_config){
		.nservers = o->sockets.n,
		.ends = o->ends,
		.patience_ms = o->wait_s * 1000 + 1,
	});
	bool reads = strcmp(argv[0], "get") == 0;
	struct value got = VALUE_EMPTY;
	enum kv_status status =
		reads ? kv_clerk_get(ck, bytes_of(argv[1]), &got)
		      : write_value(ck, argc, argv);

	print(got);
	value_free(&got);
	if (status == KV_RETRY)
		kv_clerk_kill(ck); /* do not wait for its goodbye, too */
	kv_clerk_free(ck);
	return explain(o, status, !reads);
}

/* ---- status, cut, heal ------------------------------------------------- */

static int show_status(struct options *o)
{
	int up = 0;

	for (int i = 0; i < o->sockets.n; i++) {
		struct kvadmin_state state;
		const char *before = "  cut off from ";

		if (!rpc_call(o->ends[i], &PROC_KVADMIN_STATE, NULL,
			      &state)) {
			printf("replica %d  no answer at %s\n", i,
			       o->sockets.path[i]);
			continue;
		}
		up++;
		printf("replica %d  process %d  %" PRId64 " of %" PRId64
		       " log entries decided", i, state.pid, state.decided,
		       state.known);
		for (int to = 0; to < o->sockets.n; to++) {
			if (!(state.cut >> to & 1))
				continue;
			printf("%s%d", before, to);
			before = ", ";
		}
		printf("\n");
	}
	return up * 2 > o->sockets.n ? 0 : EXIT_NO_ANSWER;
}

/* Tells every replica that answers; fails if none does. */
static int tell_all(struct options *o, const struct rpc_proc *proc,
		    const void *args, const char *what)
{
	struct kvadmin_done reply;
	int told = 0;

	for (int i = 0; i < o->sockets.n; i++) {
		if (rpc_call(o->ends[i], proc, args, &reply) && reply.ok)
			told++;
		else
			fprintf(stderr, "kvctl: replica %d does not answer\n",
				i);
	}
	if (told == 0)
		return EXIT_NO_ANSWER;
	printf("%s; %d of %d replicas know\n", what, told, o->sockets.n);
	return 0;
}

static int cut(struct options *o, const char *number)
{
	struct kvadmin_cut_args args = {
		.node = (int32_t)number_of(number, "there is no replica ",
					   o->sockets.n - 1),
	};
	char what[64];

	snprintf(what, sizeof(what), "replica %d is cut off", args.node);
	return tell_all(o, &PROC_KVADMIN_CUT, &args, what);
}

static int command(struct options *o, int argc, char **argv)
{
	const char *name = argv[0];

	if ((strcmp(name, "get") == 0 && argc == 2) ||
	    ((strcmp(name, "put") == 0 || strcmp(name, "append") == 0) &&
	     (argc == 2 || argc == 3)))
		return operate(o, argc, argv);
	if (strcmp(name, "status") == 0 && argc == 1)
		return show_status(o);
	if (strcmp(name, "cut") == 0 && argc == 2)
		return cut(o, argv[1]);
	if (strcmp(name, "heal") == 0 && argc == 1)
		return tell_all(o, &PROC_KVADMIN_HEAL, NULL,
				"all lines are whole");
	usage("cannot make sense of: ", name);
}

int main(int argc, char **argv)
{
	static struct options o;
	int first, status;

	signal(SIGPIPE, SIG_IGN);
	first = parse(&o, argc, argv);
	status = printed(command(&o, argc - first, argv + first));
	for (int i = 0; i < o.sockets.n; i++)
		rpc_end_close(o.ends[i]);
	return status;
}
