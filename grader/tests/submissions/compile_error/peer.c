/* refused: peer.c:6:.*error */
int answer(void);

int answer(void)
{
	return forty_two;
}
