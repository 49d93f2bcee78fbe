/* refused: AnnotateIgnoreReadsBegin is not among the calls.*mended */
void AnnotateIgnoreReadsBegin(const char *file, int line);
void quiet(void);

void quiet(void)
{
	AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
}
