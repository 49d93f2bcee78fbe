/*
 * object.h - what the simulation knows of each mutex, condition variable, ...
 *
 * Private to labrpc/sim.  The program's own variable holds a handle in its
 * first four bytes and is not used otherwise; what it stands for is here.  A
 * variable whose bytes are all 0, as a static initialiser leaves it, becomes
 * an object when it is first used.
 *
 * Threads: as core.h.
 *
 * Memory: objects live until they are destroyed or the run is over.
 *
 * Errors: a variable that was never initialised, was destroyed, or is a copy,
 * ends the run with SIM_NO_OBJECT.
 */
#ifndef LABRPC_SIM_OBJECT_H
#define LABRPC_SIM_OBJECT_H

#include "labrpc/sim/core.h"

enum object_kind {
	OBJECT_FREE,
	OBJECT_MUTEX,
	OBJECT_COND,
	OBJECT_RWLOCK,
	OBJECT_SEM,
	OBJECT_BARRIER,
	OBJECT_ONCE,
	OBJECT_SPIN,
};

struct object {
	int id;                /* in the order in which they were first used */
	enum object_kind kind;
	const void *at;        /* the variable */
	uintptr_t origin;      /* where in the program it was initialised, */
	bool in_passing;       /* or, without a call for that, first used */
	int type;              /* a mutex's type, a condition's clock */
	struct thread *owner;  /* who holds it; of a lock for writing */
	uintptr_t taken;       /* where in the program that took it */
	int count;             /* how often, the readers, the value, ... */
	int total;             /* of a barrier */
	/* For the lint: */
	bool for_handlers;     /* one of them has taken it */
	uintptr_t waited;      /* where its owner has waited, */
	uintptr_t waited_since; /* where that had taken it, */
	const char *waited_for; /* and what for */
	struct clock clock;    /* what those who gave it back had done */
	int nwaiters;
	struct thread *first, *last; /* the waiters, in order of arrival */
};

/* A word for KIND. */
const char *object_kind_name(enum object_kind kind);

/* Makes the variable AT an object of KIND. */
struct object *object_make(void *at, enum object_kind kind);

/* The object of KIND at AT, made now if AT is all 0. */
struct object *object_at(void *at, enum object_kind kind);

/* Ends OBJECT, for which nobody may wait and which nobody may hold. */
void object_destroy(struct object *object);

/*
 * The running thread waits at OBJECT until object_wake_*() or DEADLINE_NS;
 * it is among the waiters just as long.
 */
enum sim_wake object_wait(struct object *object, enum sim_wait wait,
			  int64_t deadline_ns);

/* Wakes THREAD, which waits there and is asleep. */
void object_wake(struct object *object, struct thread *thread);

/* Wakes one of the waiters, drawn; false if there is none.  Or wakes all. */
bool object_wake_one(struct object *object);
void object_wake_all(struct object *object);

/*
 * Writes into BUF, of SIZE bytes, where OBJECT was locked: " (locked in ...)"
 * with a place as in report.h, or nothing if that is not known.
 */
#define LOCKED_BYTES 48
const char *object_locked_words(const struct object *object, char *buf,
				size_t size);

/* The next that THREAD holds after OBJECT, NULL to begin; NULL at the end. */
struct object *object_held_by(const struct thread *thread,
			      const struct object *object);

/* The running thread takes OBJECT, which is free; and gives it back. */
void object_take(struct object *object);
void object_give(struct object *object);

/* The running thread takes OBJECT: a handler may need what others hold. */
void lint_take(struct object *object);

/* Ends the run if the running thread waits in a circle of waits. */
void deadlock_check(void);

#endif
