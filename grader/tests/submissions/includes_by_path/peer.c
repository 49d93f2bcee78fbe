/* refused: peer.c:2:.* error: .*hostname may not be included */
#include "/etc/hostname"
