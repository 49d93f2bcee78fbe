/* refused: fork is not among the calls */
extern int harmless(void) __asm__("fork");
int sneak(void);

int sneak(void)
{
	return harmless();
}
