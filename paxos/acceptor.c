/*
 * acceptor.c - the acceptor's rules for one instance.
 *
 * Invariant: 0 <= accepted <= promised, and promised never falls.  A majority
 * of acceptors that keep it cannot let two values be chosen, whatever the
 * proposers' timing.
 *
 * No locks here; see acceptor.h.
 */
#include "paxos/acceptor.h"

#include <assert.h>

#include "labrpc/todo.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

void acceptor_deinit(struct acceptor *a)
{
	value_free(&a->value);
	*a = (struct acceptor){ 0 };
}

/*
 * A ballot above every one that was promised before is promised: A remembers
 * it, answers OUTCOME_OK, and reports what it has accepted so far, the ballot
 * (0 if there is none) and a copy of the value.  Any other ballot is refused
 * with OUTCOME_REFUSED.  Either answer tells in `promised` the ballot that
 * is promised now.
 *
 * P1a of the paper: to promise n is to accept nothing below n from now on.
 * That a ballot equal to the promised one is refused is the simple rule: one
 * ballot stands for one round, so it is an old message that came once more.
 * To promise it again would do no harm, and the tests do not judge it.
 */
void acceptor_prepare(struct acceptor *a, int64_t n,
		      struct prepare_reply *reply)
{
	assert(a->accepted <= a->promised);

#if LAB_SOLVED >= 2
	if (n > a->promised) {
		a->promised = n;
		reply->outcome = OUTCOME_OK;
		reply->accepted = a->accepted;
		reply->val = value_copy(a->value);
	} else {
		reply->outcome = OUTCOME_REFUSED;
	}
	reply->promised = a->promised;
#else
	(void)n;
	(void)reply;
	lab_todo(2, "acceptor_prepare");
#endif
}

/*
 * A ballot (at least 1) that is not below the promised one is accepted: A
 * keeps it with a copy of the value in place of what it accepted before, and
 * answers OUTCOME_OK.  Any other is refused with OUTCOME_REFUSED.  Either
 * answer tells in `promised` the ballot that is promised now.
 *
 * P1a again.  Accepting is a promise, too: this acceptor may never have seen
 * the prepare of n, and afterwards must refuse whatever is below n.
 */
void acceptor_accept(struct acceptor *a, int64_t n, struct value v,
		     struct accept_reply *reply)
{
	assert(a->accepted <= a->promised);

#if LAB_SOLVED >= 3
	if (n >= 1 && n >= a->promised) {
		a->promised = n;
		a->accepted = n;
		value_free(&a->value);
		a->value = value_copy(v);
		reply->outcome = OUTCOME_OK;
	} else {
		reply->outcome = OUTCOME_REFUSED;
	}
	reply->promised = a->promised;
#else
	(void)n;
	(void)v;
	(void)reply;
	lab_todo(3, "acceptor_accept");
#endif
}
