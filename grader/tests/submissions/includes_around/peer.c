/* refused: hostname may not be included */
#include <../../etc/hostname>
