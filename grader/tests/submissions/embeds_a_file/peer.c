/* refused: inline assembly.*is not allowed */
__asm__(".section .rodata\n\tstolen: .incbin \"/etc/hostname\"\n\t.text");
