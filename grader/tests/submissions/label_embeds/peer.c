/* refused: a backslash in the string of __asm__ */
#define EMBED "\n\t.data\n\t.globl hidden\nhidden: .incbin \"/etc/hostname\"\n"
extern int hole(void) __asm__("sched_yield" EMBED "\t.text\n\t#");
extern char hidden[];
int leak(void);
int leak(void)
{
	return hole() + hidden[0];
}
