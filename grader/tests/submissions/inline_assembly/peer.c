/* refused: inline assembly.*is not allowed */
int sneak(void);

int sneak(void)
{
	__asm__ volatile("int3");
	return 0;
}
