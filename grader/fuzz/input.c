/*
 * input.c - from the bytes of an input to those that come over a connection.
 */
#include "grader/fuzz/fuzz.h"

#include <string.h>

/* A call costs three bytes of an input at least, and makes 44 of a stream. */
#define GROWTH 16

/* The header of a call without credentials, and of a reply. */
#define CALL_WORDS 10
#define REPLY_WORDS 6

static void put(struct stream *stream, const void *bytes, size_t n)
{
	memcpy(stream->bytes + stream->n, bytes, n);
	stream->n += n;
}

static void put_u32(struct stream *stream, uint32_t x)
{
	const unsigned char bytes[] = {
		(unsigned char)(x >> 24), (unsigned char)(x >> 16),
		(unsigned char)(x >> 8), (unsigned char)x,
	};

	put(stream, bytes, sizeof bytes);
}

/* Takes the next chunk from *AT: two bytes for its length, then so many. */
static size_t chunk(const uint8_t **at, const uint8_t *end)
{
	size_t n = (size_t)(*at)[0] << 8 | (*at)[1];

	*at += 2;
	return n < (size_t)(end - *at) ? n : (size_t)(end - *at);
}

/* Makes records of chunks; with CALLS, a byte before each names a procedure
 * and the chunk is its arguments. */
static void put_records(struct stream *stream, const uint8_t *at,
			const uint8_t *end, bool calls)
{
	while (end - at > 2) {
		const struct rpc_proc *proc = calls ? fuzz_proc(*at++) : NULL;
		size_t n = chunk(&at, end);

		put_u32(stream, 0x80000000u |
				(uint32_t)(n + (calls ? 4 * CALL_WORDS : 0)));
		if (calls) {
			const uint32_t header[CALL_WORDS] = {
				7, 0, 2, proc->program, proc->version,
				proc->number,
			};

			for (size_t i = 0; i < CALL_WORDS; i++)
				put_u32(stream, header[i]);
		}
		put(stream, at, n);
		at += n;
	}
}

static void put_results(struct stream *stream, const uint8_t *at,
			const uint8_t *end)
{
	static const uint32_t header[REPLY_WORDS] = { 7, 1 };
	size_t n = (size_t)(end - at);

	put_u32(stream, 0x80000000u | (uint32_t)(4 * REPLY_WORDS + n));
	for (size_t i = 0; i < REPLY_WORDS; i++)
		put_u32(stream, header[i]);
	put(stream, at, n);
}

bool input_open(const uint8_t *data, size_t size, struct input *input)
{
	const uint8_t *at = data + INPUT_HEAD_BYTES, *end = data + size;

	if (size < INPUT_HEAD_BYTES)
		return false;
	input->form = data[0] % FORMS;
	input->proc = fuzz_proc(data[1]);
	input->portion = data[2] == 0 ? SIZE_MAX : data[2];
	input->stream.n = 0;
	input->stream.bytes = malloc(GROWTH * size + 64);
	expect(input->stream.bytes != NULL, "memory");
	if (input->form == FORM_RECORDS || input->form == FORM_CALLS)
		put_records(&input->stream, at, end,
			    input->form == FORM_CALLS);
	else if (input->form == FORM_RESULTS)
		put_results(&input->stream, at, end);
	else
		put(&input->stream, at, (size_t)(end - at));
	/* Its own size, so that a look beyond its end is seen. */
	input->stream.bytes = realloc(input->stream.bytes,
				      input->stream.n + 1);
	expect(input->stream.bytes != NULL, "memory");
	return true;
}

void input_close(struct input *input)
{
	free(input->stream.bytes);
}
