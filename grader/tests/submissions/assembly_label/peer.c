/* refused: a backslash in the string of __asm__ */
#if defined(__x86_64__)
#define CODE "sched_yield@PLT\n\tmovl $39, %eax\n\tsyscall\n\t#"
#else
#define CODE "sched_yield\n\tmov x8, 172\n\tsvc 0\n\t//"
#endif
extern int hole(void) __asm__(CODE);
int sneak(void);

int sneak(void)
{
	return hole();
}
