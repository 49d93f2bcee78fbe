/* refused: sanitizers stay as they are .__tsan_init */
extern char runtime[] __asm__("__ts" "an_init") __attribute__((weak));
char *where(void);
char *where(void)
{
	return runtime;
}
