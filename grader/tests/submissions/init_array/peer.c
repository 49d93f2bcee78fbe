/* refused: early is to run when the library is loaded */
static void early(void)
{
}

__attribute__((section(".init_array"), used)) static void (*const hook)(void) =
	early;
