/*
 * link_test.c - one link by itself: what each setting does to the next call,
 * and what is counted for which procedure.
 */
#include "labrpc/link.h"

#include <criterion/criterion.h>
#include <inttypes.h>

static const struct faults lossy = {
	.loss_notice = LOSS_BY_TIMEOUT, .lose_reply = 1, .duplicate = 1,
	.delay_min_ms = 5, .delay_max_ms = 5,
};

static struct rpc_proc proc_number(uint32_t number)
{
	return (struct rpc_proc){
		.name = "p", .program = 1, .version = 1, .number = number,
	};
}

static struct link_count count_of(struct link *link, uint32_t number)
{
	struct rpc_proc proc = proc_number(number);
	struct link_count sum = { .calls = 0 };

	link_add_count(link, &proc, &sum);
	return sum;
}

static struct fate decide(struct link *link)
{
	struct rpc_proc proc = proc_number(1);

	return link_decide(link, &proc);
}

Test(link, without_faults_nothing_happens)
{
	struct link *link = link_make(3, 4, 1);
	struct fate fate = decide(link);

	cr_assert(link_from(link) == 3 && link_to(link) == 4);
	cr_assert(!fate.lose_request && !fate.lose_reply && !fate.duplicate);
	cr_assert(fate.delay_ms == 0 && fate.hold_ms == 0);
	cr_assert(fate.notice_ms == 0 && !link_is_cut(link));
	link_free(link);
}

Test(link, cut_or_deaf_loses_requests_and_nothing_else)
{
	for (int deaf = 0; deaf < 2; deaf++) {
		struct link *link = link_make(0, 1, 1);
		struct fate fate;

		link_set_faults(link, &lossy);
		deaf ? link_deafen(link, true) : link_cut(link, true);
		cr_assert(link_is_cut(link));
		fate = decide(link);
		cr_assert(fate.lose_request && !fate.lose_reply);
		cr_assert(!fate.duplicate && fate.copy_delay_ms == 0);
		/* It is noticed as the faults say. */
		cr_assert(fate.notice_ms == -1, "%d", fate.notice_ms);
		deaf ? link_deafen(link, false) : link_cut(link, false);
		cr_assert(!link_is_cut(link));
		fate = decide(link);
		cr_assert(!fate.lose_request && fate.lose_reply);
		link_free(link);
	}
}

Test(link, a_cut_and_deafness_are_mended_apart)
{
	struct link *link = link_make(0, 1, 1);

	link_cut(link, true);
	link_deafen(link, true);
	link_cut(link, false);
	cr_assert(link_is_cut(link));
	link_deafen(link, false);
	cr_assert(!link_is_cut(link));
	link_free(link);
}

Test(link, slowness_adds_to_delay)
{
	struct link *link = link_make(0, 1, 1);
	struct fate fate;

	link_slow(link, 70);
	fate = decide(link);
	cr_assert(fate.delay_ms == 70, "%d", fate.delay_ms);
	link_set_faults(link, &lossy);
	fate = decide(link);
	cr_assert(fate.delay_ms == 75, "%d", fate.delay_ms);
	link_slow(link, 0);
	fate = decide(link);
	cr_assert(fate.delay_ms == 5, "%d", fate.delay_ms);
	link_free(link);
}

Test(link, calls_are_numbered_whatever_the_faults)
{
	struct link *link = link_make(0, 1, 9);
	const struct faults *rough = faults_preset("rough");
	struct rpc_proc proc = proc_number(1), other = proc_number(2);

	for (int i = 0; i < 3; i++)
		decide(link); /* numbers 0, 1 and 2 */
	link_cut(link, true);
	decide(link); /* 3 */
	link_cut(link, false);
	link_set_faults(link, rough);
	link_decide(link, &other); /* counts for itself */
	for (uint64_t nth = 4; nth < 100; nth++) {
		struct fate a = decide(link);
		struct fate b = fate_draw(rough, 9, 0, 1, &proc, nth);

		cr_assert(a.lose_request == b.lose_request &&
			  a.delay_ms == b.delay_ms &&
			  a.hold_ms == b.hold_ms, "call %" PRIu64, nth);
	}
	cr_assert(count_of(link, 1).calls == 100);
	cr_assert(count_of(link, 2).calls == 1);
	link_free(link);
}

Test(link, counts_are_kept_by_procedure)
{
	struct link *link = link_make(0, 1, 1);
	struct rpc_proc one = proc_number(1), two = proc_number(2);
	struct link_count sum;

	link_count_request(link, &one, 100, false);
	link_count_request(link, &one, 100, true);
	link_count_reply(link, &one, 7);
	link_count_request(link, &two, 1, false);
	sum = count_of(link, 1);
	cr_assert(sum.calls == 0 && sum.delivered == 2);
	cr_assert(sum.duplicated == 1 && sum.replies == 1);
	cr_assert(sum.bytes == 207, "%" PRIu64, sum.bytes);
	cr_assert(count_of(link, 2).bytes == 1);
	cr_assert(count_of(link, 3).bytes == 0);
	/* The same number in another program or version is another one. */
	one.program++;
	two.version++;
	link_count_request(link, &one, 1000, false);
	link_count_request(link, &two, 1000, false);
	cr_assert(count_of(link, 1).bytes == 207);
	cr_assert(count_of(link, 2).bytes == 1);
	link_free(link);
}

Test(link, procedures_beyond_the_table_still_work)
{
	struct link *link = link_make(0, 1, 1);

	for (int round = 0; round < 2; round++) {
		for (uint32_t n = 0; n < 3 * LINK_PROCS_MAX; n++) {
			struct rpc_proc proc = proc_number(n);

			cr_assert(!link_decide(link, &proc).lose_request);
			link_count_request(link, &proc, 10, false);
		}
	}
	for (uint32_t n = 0; n < LINK_PROCS_MAX; n++)
		cr_assert(count_of(link, n).bytes == 20, "proc %u", n);
	cr_assert(count_of(link, LINK_PROCS_MAX).bytes == 0);
	link_free(link);
}
