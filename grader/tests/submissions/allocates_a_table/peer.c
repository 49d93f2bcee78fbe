/* refused: hcreate_r is not among the calls .*would not be counted */
#define _GNU_SOURCE
#include <search.h>

int make_table(struct hsearch_data *table);

int make_table(struct hsearch_data *table)
{
	return hcreate_r(100000, table);
}
