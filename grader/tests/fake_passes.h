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

#endif
