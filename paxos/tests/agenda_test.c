/* agenda_test.c - the agenda gives back what was entered, earliest first. */
#include "paxos/agenda.h"

#include <criterion/criterion.h>

#include "labrpc/random.h"

/* Random entries, taken out and entered in turns, always the earliest. */
Test(agenda, earliest_first)
{
	int64_t due_of[5000]; /* by seq; -1 once taken */
	struct agenda a = { 0 };
	struct random rng;
	int64_t seq, due, other;
	int64_t n = 0;

	random_seed(&rng, 7);
	while (n < 5000) {
		if (random_below(&rng, 3) > 0) {
			due_of[n] = (int64_t)random_below(&rng, 1000);
			agenda_add(&a, due_of[n], n);
			n++;
		} else if (agenda_first(&a) != NULL) {
			due = agenda_first(&a)->due_us;
			seq = agenda_take(&a);
			cr_assert(0 <= seq && seq < n && due_of[seq] == due);
			for (other = 0; other < n; other++)
				cr_assert(due_of[other] == -1 ||
					  due_of[other] >= due);
			due_of[seq] = -1;
		}
	}
	for (due = 0; agenda_first(&a) != NULL; n--) {
		cr_assert(agenda_first(&a)->due_us >= due);
		due = agenda_first(&a)->due_us;
		due_of[agenda_take(&a)] = -1;
	}
	for (seq = 0; seq < 5000; seq++)
		cr_assert(due_of[seq] == -1);
	agenda_deinit(&a);
}
