/* refused: peer.c:7: error: acceptor_init is defined in none */
void acceptor_init(void *acceptor);
void begin(void);

void begin(void)
{
	acceptor_init(0);
}
