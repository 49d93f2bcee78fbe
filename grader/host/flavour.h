/*
 * flavour.h - what this host was compiled with, as constants.
 *
 * Threads: none.  Memory: none.  Errors: none.
 */
#ifndef GRADER_HOST_FLAVOUR_H
#define GRADER_HOST_FLAVOUR_H

#if defined(__SANITIZE_THREAD__)
#define HOST_HAS_TSAN 1
#elif defined(__SANITIZE_ADDRESS__)
#define HOST_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HOST_HAS_TSAN 1
#elif __has_feature(address_sanitizer)
#define HOST_HAS_ASAN 1
#endif
#endif
#ifndef HOST_HAS_TSAN
#define HOST_HAS_TSAN 0
#endif
#ifndef HOST_HAS_ASAN
#define HOST_HAS_ASAN 0
#endif

#define HOST_FLAVOUR \
	(HOST_HAS_TSAN ? "thread" : HOST_HAS_ASAN ? "address" : "plain")

/* clang's sanitizers start a program that finds names for addresses. */
#if defined(__clang__) && (HOST_HAS_TSAN || HOST_HAS_ASAN)
#define HOST_STARTS_SYMBOLIZER 1
#else
#define HOST_STARTS_SYMBOLIZER 0
#endif

#endif
