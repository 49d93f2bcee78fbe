/*
 * fake_judge.c - a judge that does as its test's name says, for the tests of
 * grade.
 *
 *     fake_judge --plan            prints the file that FAKE_PLAN names
 *     fake_judge --run=suite/NAME  behaves as NAME in the table below
 *     fake_judge --pester          molests the test that runs
 *
 * Built by grade_test.sh; not a test by itself.
 */
#define _DEFAULT_SOURCE /* usleep() */

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int channel = -1;

static bool is_flavour(const char *name)
{
	return strcmp(getenv("LAB_FLAVOUR"), name) == 0;
}

static void connect_channel(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	channel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	strncpy(address.sun_path, getenv("LAB_CHANNEL"),
		sizeof address.sun_path - 1);
	if (connect(channel, (struct sockaddr *)&address, sizeof address) != 0)
		perror("fake judge: connect");
}

static void say(const char *token, const char *rest)
{
	if (dprintf(channel, "{\"token\":\"%s\",%s}\n", token, rest) < 0)
		perror("fake judge: say");
}

static void begin(void)
{
	connect_channel();
	say(getenv("LAB_TOKEN"), "\"event\":\"began\"");
}

static void verdict(const char *rest)
{
	char line[4096];

	snprintf(line, sizeof line, "\"event\":\"verdict\",%s", rest);
	say(getenv("LAB_TOKEN"), line);
}

static void pass(void)
{
	begin();
	printf("seed %s\n", getenv("LAB_SEED"));
	verdict("\"result\":\"pass\"");
}

static void fail(void)
{
	begin();
	verdict("\"result\":\"fail\",\"expected\":\"5 peers decide\","
		"\"saw\":\"only 3 did\",\"details\":[\"peer 0: pending\","
		"\"peer 1: decided \\\"x\\\" (1 byte, #af63)\",\"step 1: "
		"node 1 to peer 0: prepare(seq 0, n 615), all of it -> OK, "
		"promised 615, accepted nothing\"],"
		"\"report\":\"first line of a report\\nsecond line\","
		"\"seed\":\"7\",\"elapsed_ms\":12");
}

/* Control characters, an escape sequence, broken UTF-8, XML markup. */
static void dirty(void)
{
	begin();
	printf("\033[31mred\033[0m \xff\xfe \xc3\xa9 ]]> <b>&amp; \x01\n");
	verdict("\"result\":\"fail\",\"expected\":\"<a & b> ]]>\","
		"\"saw\":\"\\u001b[2J \\u0007 \\uffff caf\\u00e9\"");
}

static void unsure(void)
{
	begin();
	verdict("\"result\":\"grader_error\",\"saw\":\"no host\"");
}

static void pass_then_fail(void)
{
	pass();
	exit(1);
}

static void no_verdict(void)
{
	begin();
	exit(7);
}

static void crash(void)
{
	begin();
	fprintf(stderr, "last words\n");
	abort();
}

static void never_begins(void)
{
	fprintf(stderr, "cannot begin\n");
	exit(9);
}

/* Begins only in the run that finds the mark of the one before. */
static void begins_late(void)
{
	const char *mark = getenv("FAKE_MARK");

	if (access(mark, F_OK) == 0) {
		pass();
		return;
	}
	close(open(mark, O_CREAT | O_WRONLY, 0600));
	exit(9);
}

static void hang_before(void)
{
	for (;;)
		pause();
}

static void hang(void)
{
	const char *token = getenv("LAB_TOKEN");
	char step[64];

	begin();
	say(token, "\"event\":\"step\",\"text\":\"of another run\"");
	say(token, "\"event\":\"anew\"");
	for (int i = 1; i <= 10; i++) {
		snprintf(step, sizeof step,
			 "\"event\":\"step\",\"text\":\"do %d\"", i);
		say(token, step);
	}
	hang_before();
}

static void bad_json(void)
{
	begin();
	verdict("\"result\":\"pass\"");
	dprintf(channel, "{\"token\":\n");
}

static void forged_token(void)
{
	begin();
	say("0123456789abcdef", "\"event\":\"verdict\",\"result\":\"pass\"");
}

static void two_verdicts(void)
{
	begin();
	verdict("\"result\":\"fail\"");
	verdict("\"result\":\"pass\"");
}

static void verdict_first(void)
{
	connect_channel();
	verdict("\"result\":\"pass\"");
}

static void odd_result(void)
{
	begin();
	verdict("\"result\":\"splendid\"");
}

static void half_line(void)
{
	begin();
	verdict("\"result\":\"pass\"");
	dprintf(channel, "{\"token\"");
}

static void long_line(void)
{
	char part[4096];

	memset(part, 'x', sizeof part);
	signal(SIGPIPE, SIG_IGN);
	begin();
	for (int i = 0; i < 1 << 10; i++)
		if (write(channel, part, sizeof part) < 0)
			break;
}

/* An orphan of the judge's comes first: no longer one of its own. */
static void stranger(void)
{
	int ends[2];
	char c;

	if (pipe(ends) != 0)
		exit(9);
	if (fork() == 0) {
		pid_t parent = getpid();

		if (fork() != 0)
			_exit(0);
		while (getppid() == parent)
			usleep(1000);
		pass();
		close(ends[1]);
		hang_before();
	}
	wait(NULL);
	close(ends[1]);
	if (read(ends[0], &c, 1) < 0)
		exit(9);
	hang_before();
}

static void flood(void)
{
	static char block[65536];

	memset(block, 'f', sizeof block);
	block[sizeof block - 1] = '\n';
	begin();
	puts("first words");
	fflush(stdout);
	for (int i = 0; i < 200; i++)
		if (write(STDOUT_FILENO, block, sizeof block) < 0)
			break;
	puts("last words");
	verdict("\"result\":\"pass\"");
}

/* In a session of its own, without a parent, deaf to what can be ignored. */
static void leave_behind(void)
{
	pass();
	fflush(stdout);
	if (fork() == 0) {
		setsid();
		if (fork() != 0)
			_exit(0);
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		hang_before();
	}
}

static void many_processes(void)
{
	begin();
	for (int i = 0; i < 200; i++)
		if (fork() == 0) {
			setsid();
			hang_before();
		}
	hang_before();
}

/* Takes four times what it may, in steps. */
static void bomb_memory(void)
{
	begin();
	for (int i = 0; i < 256; i++) {
		char *block = malloc(1 << 20);

		if (block == NULL)
			break;
		memset(block, i, 1 << 20);
	}
	hang_before();
}

static void kill_supervisor(void)
{
	begin();
	if (fork() == 0)
		hang_before();
	kill(getppid(), SIGKILL);
	hang_before();
}

static void dirty_folder(void)
{
	char path[256];

	snprintf(path, sizeof path, "mkdir -p '%s/a/b' && echo x > '%s/a/b/c'",
		 getenv("LAB_DIR"), getenv("LAB_DIR"));
	if (system(path) != 0)
		exit(9);
	pass();
}

#include "grader/tests/fake_passes.h"
#include "grader/tests/fake_pester.h"
#include "grader/tests/fake_tamper.h"

/* ThreadSanitizer does not run on this machine. */
static void no_thread(void)
{
	if (is_flavour("thread"))
		unsure();
	else
		pass();
}

static void advice(void)
{
	begin();
	verdict("\"result\":\"pass\",\"report\":\"a doubt about a lock\"");
}

/* Passes, with something to say of what only a simulation sees. */
static void warns(void)
{
	begin();
	verdict(is_flavour("sim")
			? "\"result\":\"pass\",\"report\":\"a lock is held\""
			: "\"result\":\"pass\"");
}

static const struct {
	const char *name;
	void (*act)(void);
} acts[] = {
	{ "pass", pass }, { "fail", fail }, { "dirty", dirty },
	{ "unsure", unsure }, { "pass_then_fail", pass_then_fail },
	{ "no_verdict", no_verdict }, { "crash", crash },
	{ "never_begins", never_begins }, { "begins_late", begins_late },
	{ "hang_before", hang_before }, { "hang", hang },
	{ "bad_json", bad_json }, { "forged_token", forged_token },
	{ "two_verdicts", two_verdicts }, { "verdict_first", verdict_first },
	{ "odd_result", odd_result }, { "half_line", half_line },
	{ "long_line", long_line }, { "stranger", stranger },
	{ "flood", flood }, { "leave_behind", leave_behind },
	{ "many_processes", many_processes }, { "bomb_memory", bomb_memory },
	{ "kill_supervisor", kill_supervisor },
	{ "dirty_folder", dirty_folder }, { "pestered", pestered },
	{ "races", races }, { "crashes_in_thread", crashes_in_thread },
	{ "locks", locks }, { "looks", looks }, { "bad_access", bad_access },
	{ "crashes_unseen", crashes_unseen },
	{ "no_thread", no_thread }, { "advice", advice }, { "warns", warns },
	{ "rebuilds", rebuilds }, { "spoils_host", spoils_host },
	{ "touches_submission", touches_submission },
	{ "stalls_supervisor", stalls_supervisor },
};

static int print_plan(void)
{
	FILE *plan = fopen(getenv("FAKE_PLAN"), "r");
	int c;

	if (plan == NULL)
		return 1;
	while ((c = getc(plan)) != EOF)
		putchar(c);
	fclose(plan);
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = argc == 2 ? strchr(argv[1], '/') : NULL;

	if (argc == 2 && strcmp(argv[1], "--plan") == 0)
		return print_plan();
	if (argc == 2 && strcmp(argv[1], "--pester") == 0)
		return pester();
	/* pass-2 acts as pass does. */
	for (size_t i = 0; name != NULL && i < sizeof acts / sizeof *acts; i++)
		if (strncmp(name + 1, acts[i].name, strcspn(name + 1, "-")) ==
			    0 &&
		    strlen(acts[i].name) == strcspn(name + 1, "-")) {
			acts[i].act();
			return 0;
		}
	fprintf(stderr, "fake judge: what is %s?\n", argc > 1 ? argv[1] : "");
	return 2;
}
