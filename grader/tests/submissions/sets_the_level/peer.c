/* refused: log_set_level is not among the calls .*that of all peers */
#include "labrpc/log.h"

int say(int word);

int say(int word)
{
	return log_set_level(word ? "debug" : "off");
}
