/* refused: defines rpc_call, a name that belongs */
#include "labrpc/labrpc.h"

bool rpc_call(struct rpc_end *end, const struct rpc_proc *proc,
	      const void *args, void *reply)
{
	(void)end;
	(void)proc;
	(void)args;
	(void)reply;
	return false;
}
