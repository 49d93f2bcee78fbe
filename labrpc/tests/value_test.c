/*
 * value_test.c - copies own their bytes, any byte is a byte, descriptions are
 * what a person is meant to read, fingerprints are FNV-1a's.
 */
#include "labrpc/value.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct value text(const char *s)
{
	return (struct value){ .data = (unsigned char *)s, .len = strlen(s) };
}

static void expect_description(struct value v, const char *expected)
{
	char buf[160];

	cr_assert(value_describe(v, buf, sizeof buf) == buf);
	cr_assert(strcmp(buf, expected) == 0, "expected %s, got %s", expected,
		  buf);
}

Test(value, copy_owns_its_bytes)
{
	unsigned char bytes[] = { 'a', 0, 'b', 0xff };
	struct value v = value_make(bytes, sizeof bytes);
	struct value copy = value_copy(v);

	cr_assert(v.data != bytes && copy.data != v.data);
	memset(bytes, 0, sizeof bytes);
	value_free(&v);
	cr_assert(v.data == NULL && v.len == 0, "%zu bytes left", v.len);
	cr_assert(copy.len == 4, "%zu bytes", copy.len);
	cr_assert(memcmp(copy.data, "a\0b\xff", 4) == 0);
	value_free(&copy);
	value_free(&copy); /* of the empty value: nothing happens */
}

Test(value, empty_values_own_nothing)
{
	struct value a = value_make(NULL, 0);
	struct value b = value_make("x", 0);

	cr_assert(a.data == NULL && a.len == 0);
	cr_assert(b.data == NULL && b.len == 0);
	cr_assert(value_equal(a, b));
	cr_assert(value_equal(a, VALUE_EMPTY));
	cr_assert(!value_equal(a, text("x")));
}

Test(value, equal_compares_all_bytes)
{
	struct value a = value_make("one\0two", 7);
	struct value b = value_make("one\0tvo", 7);
	struct value c = value_make("one\0two", 6);

	cr_assert(value_equal(a, a));
	cr_assert(!value_equal(a, b));
	cr_assert(!value_equal(a, c));
	value_free(&a);
	value_free(&b);
	value_free(&c);
}

Test(value, fingerprints_of_few_bytes_are_fnv_1a)
{
	/* From the test vectors of FNV's authors. */
	static const struct {
		const char *text;
		uint64_t hash;
	} known[] = {
		{ "", UINT64_C(0xcbf29ce484222325) },
		{ "a", UINT64_C(0xaf63dc4c8601ec8c) },
		{ "foobar", UINT64_C(0x85944171f73967e8) },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		uint64_t hash = value_fingerprint(text(known[i].text));

		cr_assert(hash == known[i].hash, "%s: %" PRIx64,
			  known[i].text, hash);
	}
}

Test(value, fingerprints_tell_words_apart)
{
	unsigned char bytes[64] = { 0 };
	uint64_t seen[sizeof bytes + 1];
	size_t n = 0;

	/* One bit of one byte, wherever it is, is another value; the low half
	 * is what people see of it. */
	for (size_t i = 0; i <= sizeof bytes; i++) {
		struct value v = { .data = bytes, .len = sizeof bytes };

		if (i < sizeof bytes)
			bytes[i] = 0x80;
		seen[n++] = value_fingerprint(v) & 0xffffffff;
		if (i < sizeof bytes)
			bytes[i] = 0;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			cr_assert(seen[i] != seen[k], "bytes %zu, %zu", i, k);
}

Test(value, description_is_for_people)
{
	expect_description(text("hello"), "\"hello\" (5 bytes, #80aabd0b)");
	expect_description(text("x"), "\"x\" (1 byte, #86021707)");
	expect_description(VALUE_EMPTY, "\"\" (0 bytes, #84222325)");
	expect_description(text("\"\\\n\x7f\xc3"),
			   "\"\\\"\\\\\\x0a\\x7f\\xc3\" (5 bytes, #74346915)");
}

Test(value, description_shows_the_start_of_long_values)
{
	unsigned char *bytes = malloc(1u << 20);
	struct value v = { .data = bytes, .len = 1u << 20 };

	cr_assert(bytes != NULL);
	memset(bytes, 'z', v.len);
	expect_description(v, "\"zzzzzzzzzzzzzzzzzzzzzzzz\"... "
			      "(1048576 bytes, #15d5be6a)");
	v.len = 24;
	expect_description(v, "\"zzzzzzzzzzzzzzzzzzzzzzzz\" "
			      "(24 bytes, #41a64ef3)");
	free(bytes);
}

Test(value, description_fits_any_buffer)
{
	unsigned char bytes[24];
	struct value v = { .data = bytes, .len = sizeof bytes };

	memset(bytes, 1, sizeof bytes); /* each takes four characters */
	for (size_t size = 1; size < 160; size++) {
		char *buf = malloc(size); /* exact, for the sanitizers */

		cr_assert(buf != NULL);
		value_describe(v, buf, size);
		cr_assert(memchr(buf, '\0', size) != NULL, "size %zu", size);
		free(buf);
	}
}
