/*
 * table.c - the rest of what no solution should do (see waits.c): crashes,
 * memory and calls that are misused; and a table of it all.
 *
 * The reference's paxos_start() and peer_prepare() have got other names by
 * now.  What is done before them stands in the environment, under names that a
 * host is handed: LAB_LOG_ODD=NAME, LAB_LOG_ODD_IN=start or handler.
 */
static void *gone; /* a block that was freed */

/* ---- crashes ----------------------------------------------------------- */

static void write_to_null(struct paxos *px)
{
	int *nowhere = (int *)(intptr_t)never;

	*nowhere = px->me;
}

static void copy_to_null(struct paxos *px)
{
	memcpy((void *)(intptr_t)never, px, (size_t)px->npeers);
	px->me++; /* so that memcpy() comes back to here */
}

static void call_null(struct paxos *px)
{
	void (*volatile nothing)(struct paxos *) = NULL;

	nothing(px);
	px->me++; /* or it would be jumped to */
}

static void divide_by_zero(struct paxos *px)
{
	volatile int zero = 0;

	px->me /= zero;
}

static void give_up(struct paxos *px)
{
	(void)px;
	abort();
}

static void fail_an_assertion(struct paxos *px)
{
	assert(px == NULL);
}

static void leave(struct paxos *px)
{
	(void)px;
	exit(0);
}

static void smash_the_stack(struct paxos *px)
{
	volatile char small[8];
	volatile size_t size = 4096;
	volatile char *at = small;

	while (size-- > 0)
		at[size] = (char)(px->me + 0x5a);
}

static void *remember_a_place(void *arg)
{
	if (setjmp(elsewhere) != 0)
		pthread_exit(arg);
	return arg;
}

static void jump_to_what_is_gone(struct paxos *px)
{
	thread(remember_a_place, px, true);
	longjmp(elsewhere, 1);
}

/* ---- memory ------------------------------------------------------------ */

static void write_beyond_a_block(struct paxos *px)
{
	volatile size_t size = 2 * sizeof(void *);
	char *a = malloc(size), *b = malloc(size);

	memset(a, px->me, size + 64);
	if (a[size] == px->me)
		free(b);
	free(a);
}

static void free_a_variable(struct paxos *px)
{
	void *volatile at = &gone;

	(void)px;
	free(at);
}

static void free_the_stack(struct paxos *px)
{
	void *volatile at = &px;

	free(at);
}

static void free_the_middle(struct paxos *px)
{
	char *volatile block = malloc(100);

	(void)px;
	free(block + 16);
}

static void free_twice(struct paxos *px)
{
	(void)px;
	gone = malloc(100);
	free(gone);
	free(gone);
}

static void use_what_was_freed(struct paxos *px)
{
	struct paxos **volatile block = malloc(sizeof(*block));

	*block = px;
	free((void *)block);
	(*block)->me++;
}

/* ---- calls that make no sense ------------------------------------------ */

static void call_nobody(struct paxos *px)
{
	struct prepare_args args = { .from = px->me, .seq = 7, .n = 1 };
	struct prepare_reply reply;

	rpc_call(NULL, &PROC_PREPARE, &args, &reply);
}

static void end_a_round_twice(struct paxos *px)
{
	struct prepare_args args = { .from = px->me, .seq = 7, .n = 1 };
	struct rpc_round *round;

	round = rpc_broadcast(px->ends, px->npeers, &PROC_PREPARE, &args);
	rpc_round_end(round);
	rpc_round_end(round);
}

static void open_a_file(struct paxos *px)
{
	(void)px;
	if (fopen("/etc/passwd", "r") == NULL)
		printf("no file\n");
}

static void signal_oneself(struct paxos *px)
{
	(void)px;
	kill(getpid(), SIGTERM);
}

/* ---- what is harmless -------------------------------------------------- */

/* Of the run before, or of another peer, nothing must be here. */
static void count_in_a_variable(struct paxos *px)
{
	static int count = 41;
	static const char *name = "first";

	(void)px;
	if (strcmp(name, "first") != 0 || count++ != 41)
		abort();
	name = "second";
}

#ifdef ODD_THREAD_VARIABLES
static _Thread_local int64_t mine;
#else
static int64_t mine;
#endif

static void *has_its_own(void *px)
{
	if (mine++ != 0)
		abort();
	return px;
}

static void keep_in_thread_variables(struct paxos *px)
{
	mine = px->me;
	thread(has_its_own, px, true);
	if (mine != px->me)
		abort();
}

/* ---- the table --------------------------------------------------------- */

static const struct {
	const char *name;
	void (*function)(struct paxos *px);
} table[] = {
#define ODD(name) { #name, name }
	ODD(spin), ODD(spin_on_an_atomic), ODD(spin_on_status),
	ODD(spin_on_a_lock), ODD(spin_on_a_print),
	ODD(spin_on_memory), ODD(read_the_clock), ODD(sleep_for_years),
	ODD(recurse), ODD(recurse_elsewhere), ODD(call_for_ever),
	ODD(rounds_without_end), ODD(a_million_threads),
	ODD(threads_unjoined), ODD(threads_of_threads), ODD(ten_gigabytes),
	ODD(one_large_block), ODD(realloc_to_less_than_nothing),
	ODD(align_to_the_stars), ODD(a_large_array), ODD(mutexes_without_end),
	ODD(large_messages), ODD(end_with_a_lock),
	ODD(end_detached_with_a_lock), ODD(exit_a_thread_of_others),
	ODD(destroy_a_held_mutex), ODD(unlock_elsewhere),
	ODD(wait_without_the_mutex), ODD(wait_for_nothing),
	ODD(leave_a_thread), ODD(lock_rubbish), ODD(join_oneself),
	ODD(once_in_once), ODD(write_to_null), ODD(copy_to_null),
	ODD(call_null), ODD(divide_by_zero), ODD(give_up),
	ODD(fail_an_assertion), ODD(leave), ODD(smash_the_stack),
	ODD(jump_to_what_is_gone), ODD(write_beyond_a_block),
	ODD(free_a_variable), ODD(free_the_stack), ODD(free_the_middle),
	ODD(free_twice), ODD(use_what_was_freed), ODD(call_nobody),
	ODD(end_a_round_twice), ODD(open_a_file),
	ODD(signal_oneself), ODD(count_in_a_variable),
	ODD(keep_in_thread_variables),
};

/* Does what is asked for, if it is to be done at PLACE. */
static void be_odd(const char *place, struct paxos *px)
{
	const char *what = getenv("LAB_LOG_ODD");
	const char *where = getenv("LAB_LOG_ODD_IN");
	size_t i;

	if (what == NULL || where == NULL || strcmp(where, place) != 0)
		return;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, what) == 0)
			table[i].function(px);
}

void paxos_start(struct paxos *px, int64_t seq, struct value v)
{
	be_odd("start", px);
	reference_start(px, seq, v);
}

void peer_prepare(void *context, const void *request, void *response)
{
	const struct prepare_args *args = request;
	struct paxos *px = context;

	/* A proposer calls this, too: of its own peer. */
	if (args->from != px->me)
		be_odd("handler", px);
	reference_prepare(context, request, response);
}
