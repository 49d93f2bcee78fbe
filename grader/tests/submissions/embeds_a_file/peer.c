/* refused: a backslash in the string of __asm__ */
__asm__(".section .rodata\n\tstolen: .incbin \"/etc/hostname\"\n\t.text");
