/* refused: include.*nested|nested too deeply */
#include __FILE__
