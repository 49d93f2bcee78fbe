/* refused: peer.c:4: error: sanitizers stay on */
int racy;
#define QUIET(x) __attribute__((no_##x("thread")))
QUIET(sanitize) void touch(void);

void touch(void)
{
	racy++;
}
