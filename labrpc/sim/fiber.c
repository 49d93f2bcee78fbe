/*
 * fiber.c - threads as stacks, switched by hand.
 *
 * On x86-64 a switch saves what a function must preserve and changes the
 * stack pointer; nobody in here changes the control words of the floating
 * point units, so these stay.  Elsewhere ucontext does it, at the cost of two
 * system calls.  errno belongs to the system's thread and is carried over.
 *
 * Both sanitizers are told, for they keep notes about stacks.
 */
#define _GNU_SOURCE 1

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/core.h"
#include "labrpc/sim/place.h"

#if SIM_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#if SIM_TSAN
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
#endif

/*
 * ThreadSanitizer notes which functions a fiber is in; one that changes the
 * fiber must not be noted, or it would enter in one and leave in another.
 */
#if SIM_TSAN
#define UNNOTED __attribute__((no_sanitize("thread")))
#else
#define UNNOTED
#endif

static void (*thread_main)(void);

/*
 * What the fiber had that was left last; whoever runs next gives it back.
 * It cannot lie on that fiber's own stack, which is gone for AddressSanitizer
 * before the switch.
 */
static struct carrier left = { .stack = -1 };

/* ---- the switch -------------------------------------------------------- */

#ifndef SIM_UCONTEXT
/* Saves the registers on this stack and its pointer in *FROM; goes to TO. */
void sim_switch_stacks(void **from, void *to);

__asm__(".text\n"
	".p2align 4\n"
	".globl sim_switch_stacks\n"
	".hidden sim_switch_stacks\n"
	".type sim_switch_stacks, @function\n"
	"sim_switch_stacks:\n"
	"	pushq %rbp\n"
	"	pushq %rbx\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	movq %rsp, (%rdi)\n"
	"	movq %rsi, %rsp\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbx\n"
	"	popq %rbp\n"
	"	ret\n"
	".size sim_switch_stacks, . - sim_switch_stacks\n");

/* Six registers, where to return to, and what that would return to. */
#define FIRST_WORDS 8

static void build(struct carrier *carrier, void (*entry)(void))
{
	char *top = stack_at(carrier->stack) + STACK_BYTES;
	uintptr_t *words = (uintptr_t *)(void *)top - FIRST_WORDS;

	memset(words, 0, FIRST_WORDS * sizeof(*words));
	words[FIRST_WORDS - 2] = (uintptr_t)entry;
	carrier->sp = words;
}

UNNOTED static void change(struct carrier *from, struct carrier *to)
{
	sim_switch_stacks(&from->sp, to->sp);
}
#else
static void build(struct carrier *carrier, void (*entry)(void))
{
	if (getcontext(&carrier->context) != 0)
		lab_fatal("getcontext: %s", strerror(errno));
	carrier->context.uc_stack.ss_sp = stack_at(carrier->stack);
	carrier->context.uc_stack.ss_size = STACK_BYTES;
	carrier->context.uc_link = NULL;
	makecontext(&carrier->context, entry, 0);
}

UNNOTED static void change(struct carrier *from, struct carrier *to)
{
	if (swapcontext(&from->context, &to->context) != 0)
		lab_fatal("swapcontext: %s", strerror(errno));
}
#endif

/* ---- what the sanitizers are told -------------------------------------- */

#if SIM_ASAN
static const void *outside_bottom;
static size_t outside_bytes;

static void announce(struct carrier *from, struct carrier *to, bool for_good)
{
	bool inside = to->stack >= 0;

	__sanitizer_start_switch_fiber(
		for_good ? NULL : &from->fake_stack,
		inside ? (const void *)stack_at(to->stack) : outside_bottom,
		inside ? STACK_BYTES : outside_bytes);
}

/* Says that CARRIER runs, and learns where the one before has its stack. */
static void arrived(struct carrier *carrier, bool first)
{
	const void *bottom;
	size_t bytes;

	__sanitizer_finish_switch_fiber(first ? NULL : carrier->fake_stack,
					&bottom, &bytes);
	if (outside_bottom == NULL) {
		outside_bottom = bottom;
		outside_bytes = bytes;
	}
}
#elif SIM_TSAN
UNNOTED static void announce(struct carrier *from, struct carrier *to,
			     bool for_good)
{
	if (from->stack < 0 && !for_good)
		from->tsan = __tsan_get_current_fiber();
	__tsan_switch_to_fiber(to->tsan, 0);
}

UNNOTED static void arrived(struct carrier *carrier, bool first)
{
	(void)carrier;
	(void)first;
}
#else
static void announce(struct carrier *from, struct carrier *to, bool for_good)
{
	(void)from;
	(void)to;
	(void)for_good;
}

static void arrived(struct carrier *carrier, bool first)
{
	(void)carrier;
	(void)first;
}
#endif

/* ---- the carrier ------------------------------------------------------- */

/* Gives back what belonged to a fiber that does not run. */
UNNOTED static void give_back(int *stack, void **tsan)
{
	if (*stack < 0)
		return;
	stack_give(*stack);
	*stack = -1;
#if SIM_TSAN
	__tsan_destroy_fiber(*tsan);
#endif
	*tsan = NULL;
}

UNNOTED static void enter(void)
{
	arrived(&sim.current->carrier, true);
	give_back(&left.stack, &left.tsan);
	thread_main();
}

static void fiber_prepare(struct thread *thread, void (*main)(void))
{
	struct carrier *carrier = &thread->carrier;

	thread_main = main;
	carrier->stack = stack_take();
	assert(carrier->stack >= 0);
	carrier->saved_errno = 0;
#if SIM_TSAN
	carrier->tsan = __tsan_create_fiber(0);
#endif
	build(carrier, enter);
}

UNNOTED static void fiber_hand_over(struct thread *from, struct thread *to)
{
	from->carrier.saved_errno = errno;
	sim_inside = to->id >= 0;
	announce(&from->carrier, &to->carrier, false);
	change(&from->carrier, &to->carrier);
	arrived(&from->carrier, false);
	give_back(&left.stack, &left.tsan);
	errno = from->carrier.saved_errno;
}

UNNOTED static void fiber_leave(struct thread *from, struct thread *to)
{
	/* The record may be another thread's before this returns. */
	left = from->carrier;
	from->carrier.stack = -1;
	from->carrier.tsan = NULL;
	sim_inside = to->id >= 0;
	announce(&left, &to->carrier, true);
	change(&left, &to->carrier);
}

static void fiber_release(struct thread *thread)
{
	give_back(&thread->carrier.stack, &thread->carrier.tsan);
}

const struct carriers fibers = {
	.prepare = fiber_prepare,
	.hand_over = fiber_hand_over,
	.leave = fiber_leave,
	.release = fiber_release,
	.reset = stacks_reset,
};
