/*
 * kvctl.c - talks to the replicas of a key/value service from the shell.
 *
 *     kvctl [--servers=PATH,PATH,...] [--wait=SECONDS] COMMAND ...
 *
 * What `kvctl --help` prints, below, lists commands and exit statuses.
 *
 * Threads: one.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvpaxos/daemon/kvctl.h"
#include "kvpaxos/kvpaxos.h"

static const char usage_text[] =
	"usage: kvctl [--servers=PATH,...] [--wait=SECONDS] COMMAND\n"
	"  get KEY             print what KEY holds, if anything\n"
	"  put KEY [VALUE]     let KEY hold VALUE, or the standard input\n"
	"  append KEY [VALUE]  add to the end of what KEY holds\n"
	"  status              tell how each replica is\n"
	"  cut N               cut replica N off from the others\n"
	"  heal                mend all that was cut\n"
	"Options stand before the command.  A KEY that begins with -- needs "
	"another --\nbefore it.  Without --servers the variable KV_SERVERS "
	"names the sockets.\n";

static const char exit_text[] =
	"Exit status:\n"
	"  0  done\n"
	"  1  refused: a bound is exceeded, or replica N has ended\n"
	"  2  wrong usage\n"
	"  3  no answer in time, of all or of some; what was done is said.  "
	"Unless nothing\n"
	"     was sent, it is unknown whether a put or an append will "
	"happen\n"
	"  4  the input could not be read, and nothing was sent; or the "
	"output not\n"
	"     be written\n";

#define WAIT_S 5
#define WAIT_MAX_S 1000000

struct options {
	struct sockets sockets;
	struct replicas replicas;
	long wait_s;
};

/* The exit status, if all that was to be printed has been. */
static int printed(int status)
{
	int failed = ferror(stdout);

	if (fflush(stdout) == 0 && !failed)
		return status;
	fprintf(stderr, "kvctl: cannot write the standard output\n");
	return status != EXIT_DONE ? status : EXIT_STREAM;
}

static _Noreturn void help(void)
{
	printf("%s%s", usage_text, exit_text);
	exit(printed(EXIT_DONE));
}

_Noreturn void usage(const char *complaint, const char *what)
{
	fprintf(stderr, "kvctl: %s%s\n%s", complaint, what, usage_text);
	exit(EXIT_USAGE);
}

long number_of(const char *text, const char *what, long most)
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
	const char *servers = getenv("KV_SERVERS"), *path;
	char why[256];
	int i;

	o->wait_s = WAIT_S;
	for (i = 1; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (strncmp(argv[i], "--servers=", 10) == 0)
			servers = argv[i] + 10;
		else if (strncmp(argv[i], "--wait=", 7) == 0)
			o->wait_s = number_of(argv[i] + 7, "not a number of "
					      "seconds: ", WAIT_MAX_S);
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
	path = replicas_open(&o->replicas, &o->sockets);
	if (path != NULL)
		usage("this path cannot be one of a socket: ", path);
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

struct operation {
	enum { GET, PUT, APPEND } kind;
	struct value key, val;
	struct kv_clerk *clerk;
};

static int refused(const struct operation *op)
{
	if (op->key.len > KV_KEY_MAX)
		fprintf(stderr, "kvctl: too large: a key has at most %d "
			"bytes, this one has %zu\n", KV_KEY_MAX, op->key.len);
	else if (op->val.len > KV_VALUE_MAX)
		fprintf(stderr, "kvctl: too large: a key holds at most %d "
			"bytes, and this value has more\n", KV_VALUE_MAX);
	else
		fprintf(stderr, "kvctl: too large: a key holds at most %d "
			"bytes, and with these %zu this one\nwould hold "
			"more\n", KV_VALUE_MAX, op->val.len);
	return EXIT_REFUSED;
}

static int unanswered(struct options *o, const struct operation *op)
{
	fprintf(stderr, "kvctl: no answer within %ld s%s.  More than half of "
		"all replicas have to run,\nand to reach each other.\n",
		o->wait_s, op->kind == GET ? "" : "; it may still happen");
	replicas_ask(&o->replicas);
	replicas_excuse(&o->replicas);
	return EXIT_NO_ANSWER;
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

/* Does OP; what a get finds is its value. */
static enum kv_status do_it(struct operation *op)
{
	switch (op->kind) {
	case GET:
		return kv_clerk_get(op->clerk, op->key, &op->val);
	case PUT:
		return kv_clerk_put(op->clerk, op->key, op->val);
	case APPEND:
		break;
	}
	return kv_clerk_append(op->clerk, op->key, op->val);
}

static struct kv_clerk *make_clerk(const struct options *o)
{
	struct rpc_end *ends[KV_SERVERS_MAX];

	for (int i = 0; i < o->replicas.n; i++)
		ends[i] = o->replicas.list[i].end;
	return kv_clerk_make(&(struct kv_clerk_config){
		.nservers = o->replicas.n,
		.ends = ends,
		.patience_ms = o->wait_s * 1000 + 1,
	});
}

/* Does OP, whose key, and value if there is one, are among the N WORDS. */
static int operate(struct options *o, struct operation op,
		   char *const words[], int n)
{
	enum kv_status status;

	op.key = bytes_of(words[1]);
	if (op.kind != GET)
		op.val = n == 3 ? bytes_of(words[2]) : read_input();
	if (op.key.len > KV_KEY_MAX || op.val.len > KV_VALUE_MAX)
		return refused(&op);
	if (!replicas_reach(&o->replicas)) {
		fprintf(stderr, "kvctl: nothing was sent, nobody can be "
			"reached:\n");
		replicas_excuse(&o->replicas);
		return EXIT_NO_ANSWER;
	}
	op.clerk = make_clerk(o);
	status = do_it(&op);
	if (op.kind == GET) {
		print(op.val);
		value_free(&op.val);
	}
	if (status == KV_RETRY)
		kv_clerk_kill(op.clerk); /* do not wait for its goodbye, too */
	kv_clerk_free(op.clerk);
	return status == KV_OK ? EXIT_DONE :
	       status == KV_TOO_LARGE ? refused(&op) : unanswered(o, &op);
}

static int get(struct options *o, char *const words[], int n)
{
	return operate(o, (struct operation){ .kind = GET }, words, n);
}

static int put(struct options *o, char *const words[], int n)
{
	return operate(o, (struct operation){ .kind = PUT }, words, n);
}

static int append(struct options *o, char *const words[], int n)
{
	return operate(o, (struct operation){ .kind = APPEND }, words, n);
}

/* ---- what an operator does --------------------------------------------- */

static int show_status(struct options *o, char *const words[], int n)
{
	(void)words;
	(void)n;
	return operator_status(&o->replicas);
}

static int cut(struct options *o, char *const words[], int n)
{
	(void)n;
	return operator_cut(&o->replicas, words[1]);
}

static int heal(struct options *o, char *const words[], int n)
{
	(void)words;
	(void)n;
	return operator_heal(&o->replicas);
}

/* ---- commands ---------------------------------------------------------- */

static const struct command {
	const char *name, *words; /* what follows it */
	int min, max;             /* with the name itself */
	int (*run)(struct options *o, char *const words[], int n);
} commands[] = {
	{ "get", "KEY", 2, 2, get },
	{ "put", "KEY [VALUE]", 2, 3, put },
	{ "append", "KEY [VALUE]", 2, 3, append },
	{ "status", "nothing", 1, 1, show_status },
	{ "cut", "N", 2, 2, cut },
	{ "heal", "nothing", 1, 1, heal },
};

/* The command of the N WORDS, which are those of the command line. */
static const struct command *find(char *const words[], int n)
{
	char complaint[80];

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *c = &commands[i];

		if (strcmp(c->name, words[0]) != 0)
			continue;
		snprintf(complaint, sizeof(complaint), "%s is followed by ",
			 c->name);
		if (n < c->min || n > c->max)
			usage(complaint, c->words);
		return c;
	}
	usage("there is no such command: ", words[0]);
}

/* Takes a -- between the command and its key out of the *N *WORDS. */
static void take_dashes(char ***words, int *n)
{
	char **w = *words;

	if (*n < 2 || strncmp(w[1], "--", 2) != 0)
		return;
	if (w[1][2] != '\0')
		usage("options stand before the command, and another -- "
		      "before a key like ", w[1]);
	w[1] = w[0];
	++*words;
	--*n;
}

int main(int argc, char **argv)
{
	static struct options o;
	int first, n, status;
	char **words;

	signal(SIGPIPE, SIG_IGN);
	first = parse(&o, argc, argv);
	words = argv + first;
	n = argc - first;
	take_dashes(&words, &n);
	status = printed(find(words, n)->run(&o, words, n));
	replicas_close(&o.replicas);
	return status;
}
