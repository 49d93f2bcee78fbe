/* refused: kill is not among the calls */
static int harmless(int pid, int sig) __attribute__((weakref("kill")));
int sneak(void);

int sneak(void)
{
	return harmless(1, 9);
}
