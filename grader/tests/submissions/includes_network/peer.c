/* refused: network.h */
#include "labrpc/network.h"
