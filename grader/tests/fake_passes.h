/*
 * fake_passes.h - what a fake judge says where the passes of a test differ.
 *
 * For fake_judge.c alone, in the middle of it.  Threads: none.  Memory: none.
 * Errors: none.
 */
#ifndef GRADER_TESTS_FAKE_PASSES_H
#define GRADER_TESTS_FAKE_PASSES_H

/* Passes, but not in the flavour `thread`. */
static void races(void)
{
	if (!is_flavour("thread")) {
		pass();
		return;
	}
	begin();
	verdict("\"result\":\"fail\",\"saw\":\"a race\",\"report\":\""
		"WARNING: ThreadSanitizer: data race (pid=7)\\n"
		"  Write of size 8 at 0x7b by thread T5:\\n"
		"    #0 inner paxos/peer.c:12 (peer0.0.so+0x1a)\\n"
		"    #1 second paxos/peer.c:13 (peer0.0.so+0x1b)\\n"
		"    #2 third paxos/peer.c:14 (peer0.0.so+0x1c)\\n"
		"    #3 fourth paxos/peer.c:15 (peer0.0.so+0x1d)\\n"
		"  Previous read of size 8 at 0x7b by main thread:\\n"
		"    #0 other paxos/peer.c:99 (peer0.0.so+0x2a)\\n"
		"  Location is heap block of size 9\\n"
		"    #0 malloc (host+0x3a)\"");
}

/* Reports a bad access, whose stacks have more frames than are of use. */
static void bad_access(void)
{
	begin();
	verdict("\"result\":\"fail\",\"saw\":\"a bad access\",\"report\":\""
		"ERROR: AddressSanitizer: heap-use-after-free\\n"
		"READ of size 9 at 0x61 thread T2\\n"
		"    #0 0x7f01 in memcpy ../src/interceptors.inc:827\\n"
		"    #1 0x5501 in value_copy labrpc/value.c:37\\n"
		"    #2 0x7f02 in paxos_status paxos/peer.c:304\\n"
		"    #3 0x5502 in look grader/host/wait.c:71\\n"
		"freed by thread T6 here:\\n"
		"    #0 0x7f03 in free ../src/malloc.cpp:52\\n"
		"    #1 0x5503 in record_drop labrpc/record.c:54\"");
}

/* The program has crashed, and nobody knows where. */
static void crashes_unseen(void)
{
	begin();
	verdict("\"result\":\"fail\",\"saw\":\"signal 11\",\"crashed\":true");
}

static void crashes_in_thread(void)
{
	if (is_flavour("thread"))
		crash();
	pass();
}

/* Passes, but not simulated: in one of as many runs as were asked for. */
static void locks(void)
{
	char text[160];

	if (strcmp(getenv("LAB_WORLD"), "sim") != 0) {
		pass();
		return;
	}
	begin();
	snprintf(text, sizeof text, "\"result\":\"fail\",\"saw\":\"a circle "
		 "in %s runs\",\"seed\":\"4711\"", getenv("LAB_RUNS"));
	verdict(text);
}

/* Passes, but not where each access is looked at. */
static void looks(void)
{
	char text[240];

	if (!is_flavour("sim-race")) {
		pass();
		return;
	}
	begin();
	snprintf(text, sizeof text, "\"result\":\"fail\",\"saw\":\"a race "
		 "in %s runs, a data race: peer 3, thread `x` reads in other "
		 "(peer.c:99) what thread 2 wrote in inner (peer.c:12) "
		 "before\",\"seed\":\"4712\"", getenv("LAB_RUNS"));
	verdict(text);
}

#endif
