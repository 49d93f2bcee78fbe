/*
 * fuzz.h - a stranger's bytes, and what to do with them.
 *
 * One target, two programs: libFuzzer invents inputs for it (`make fuzz`), and
 * replay runs the inputs that it is given, built by any compiler.
 *
 * Threads: one.  Memory: nothing outlives an input but the counts of what is
 * allocated.  Errors: a finding ends the process with a message.
 */
#ifndef GRADER_FUZZ_H
#define GRADER_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "labrpc/labrpc.h"

/* The target, by the name that libFuzzer knows it by.  Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the bytes are. */
#define expect(cond, ...)                                                     \
	do {                                                                  \
		if (!(cond)) {                                                \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__,    \
				#cond);                                       \
			fprintf(stderr, __VA_ARGS__);                         \
			fputc('\n', stderr);                                  \
			abort();                                              \
		}                                                             \
	} while (0)

/* Begins to count what is allocated and not freed. */
void memory_begin(void);

/* The most that was allocated at a time since then, in bytes. */
size_t memory_peak(void);

/* What is allocated now and was not then. */
size_t memory_left(void);

/*
 * How the bytes of an input are to be taken: its first byte, modulo FORMS.
 * Where less is left to chance, a change of one byte gets further in.
 */
enum form {
	FORM_STREAM,  /* to a server: as they come, with marks */
	FORM_RECORDS, /* to a server: lengths and records */
	FORM_CALLS,   /* to a server: procedures, lengths and arguments */
	FORM_REPLIES, /* to a caller: as they come, with marks */
	FORM_RESULTS, /* to a caller: the results of one call */
	FORM_ENTRY,   /* to a key/value server: a value that was decided */
	FORMS,
};

/* Bytes that come over a connection. */
struct stream {
	unsigned char *bytes;
	size_t n;
};

/*
 * An input as it is read: the second byte names the procedure that a caller
 * has called, the third how many bytes come at a time (0: as many as there
 * is room for).
 */
#define INPUT_HEAD_BYTES 3
struct input {
	enum form form;
	const struct rpc_proc *proc;
	size_t portion;
	struct stream stream;
};

/* Reads an input; false if it is too short to be one. */
bool input_open(const uint8_t *data, size_t size, struct input *input);
void input_close(struct input *input);

/* The procedure that the byte I of an input names. */
const struct rpc_proc *fuzz_proc(unsigned char i);

#endif
