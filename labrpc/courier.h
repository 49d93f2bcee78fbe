/*
 * courier.h - sends requests at a later time, when their callers have gone on.
 *
 * One thread for a whole network, started with the first request that needs
 * it: a network without faults has none.  A callee that does not read holds up
 * nobody else's requests.
 *
 * Threads: courier_send() from any thread.
 *
 * Memory: at most COURIER_REQUESTS_MAX requests of together at most
 * COURIER_BYTES_MAX bytes wait; what is beyond is dropped, as a network may,
 * and logged.  Of those that were due and have not left whole, because their
 * callee does not read, COURIER_STUCK_MAX of together COURIER_STUCK_BYTES_MAX
 * bytes are kept, each until the time of a call is over.
 *
 * Errors: a request that cannot be sent is lost.
 */
#ifndef LABRPC_COURIER_H
#define LABRPC_COURIER_H

#include <stddef.h>

#define COURIER_REQUESTS_MAX 8192
#define COURIER_BYTES_MAX ((size_t)512 << 20)
#define COURIER_STUCK_MAX 64
#define COURIER_STUCK_BYTES_MAX ((size_t)128 << 20)

struct courier;
struct posting;

/* Makes a courier, without a thread as yet. */
struct courier *courier_open(void);

/*
 * Ends the thread, drops what has not left, and frees COURIER.  To be called
 * while the ends of its requests are still open.
 */
void courier_close(struct courier *courier);

/* Sends POSTING at its time; takes over the caller's share in its record. */
void courier_send(struct courier *courier, const struct posting *posting);

#endif
