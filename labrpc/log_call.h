/*
 * log_call.h - which call a log line belongs to that is written while a
 * request is handled.
 *
 * Private to labrpc: for the dispatch, and for who lets several threads of a
 * program take turns on one of the system's.
 *
 * Threads: each has its own.  Memory: none.  Errors: none.
 */
#ifndef LABRPC_LOG_CALL_H
#define LABRPC_LOG_CALL_H

#include <stdint.h>

#define LOG_NO_CALL INT64_C(-1)

/*
 * From now on the calling thread handles the request of CALL, its transaction
 * id (call_id.h), or none.  Returns what it handled before.
 */
int64_t log_call(int64_t call);

#endif
