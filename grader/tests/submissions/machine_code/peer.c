/* refused: a backslash in the string of section */
__attribute__((section(".sneak,\"ax\",@progbits\n#"))) const unsigned char
	code[] = { 0x0f, 0x05, 0xc3 };
int sneak(void);

int sneak(void)
{
	return ((int (*)(void))(const void *)code)();
}
