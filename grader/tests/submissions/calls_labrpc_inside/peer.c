/* refused: rpc_end_open is not among the calls.*tester */
#include <stdint.h>

struct rpc_end *rpc_end_open(const char *path, int from, int64_t timeout_ms);
struct rpc_end *sneak(void);

struct rpc_end *sneak(void)
{
	return rpc_end_open("control", -1, 1);
}
