/* refused: chosen as the library is loaded */
static int zero(void)
{
	return 0;
}

static int (*choose(void))(void)
{
	return zero;
}

int chosen(void) __attribute__((ifunc("choose")));
