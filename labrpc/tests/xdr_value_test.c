/*
 * xdr_value_test.c - a value on the wire: RFC 4506's variable-length opaque
 * data, no more than VALUE_MAX_BYTES, refused when it is cut short.
 */
#define _DEFAULT_SOURCE /* u_int, for the headers of XDR */

#include "labrpc/xdr_value.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static XDR reader(void *bytes, size_t len)
{
	XDR xdr;

	memset(&xdr, 0, sizeof xdr);
	xdrmem_create(&xdr, bytes, (u_int)len, XDR_DECODE);
	return xdr;
}

static size_t encode(struct value v, void *bytes, size_t len)
{
	XDR xdr;

	memset(&xdr, 0, sizeof xdr);
	xdrmem_create(&xdr, bytes, (u_int)len, XDR_ENCODE);
	return xdr_value(&xdr, &v) ? XDR_GETPOS(&xdr) : 0;
}

Test(xdr_value, bytes_are_those_of_the_rfc)
{
	unsigned char wire[16];
	struct value v = value_make("ab\0de", 5);

	memset(wire, 0xee, sizeof wire);
	cr_assert(encode(v, wire, sizeof wire) == 12);
	cr_assert(memcmp(wire, "\0\0\0\5ab\0de\0\0\0", 12) == 0);
	cr_assert(encode(VALUE_EMPTY, wire, sizeof wire) == 4);
	cr_assert(memcmp(wire, "\0\0\0\0", 4) == 0);
	value_free(&v);
}

Test(xdr_value, decoding_copies)
{
	unsigned char wire[20] = "\0\0\0\5ab\0de\0\0\0\0\0\0\1x";
	XDR xdr = reader(wire, 20);
	struct value first, second;

	cr_assert(xdr_value(&xdr, &first) && xdr_value(&xdr, &second));
	memset(wire, 0, sizeof wire);
	cr_assert(value_equal(first, (struct value){
		(unsigned char *)"ab\0de", 5 }));
	cr_assert(value_equal(second, (struct value){
		(unsigned char *)"x", 1 }));
	xdr_free((xdrproc_t)xdr_value, &first);
	xdr_free((xdrproc_t)xdr_value, &second);
	cr_assert(first.data == NULL && first.len == 0);
}

Test(xdr_value, a_marked_stream_is_borrowed_from)
{
	unsigned char wire[20] = "\0\0\0\5ab\0de\0\0\0\0\0\0\1x";
	XDR xdr = reader(wire, 20);
	struct value first, second;

	xdr.x_public = XDR_BORROW;
	cr_assert(xdr_value(&xdr, &first) && xdr_value(&xdr, &second));
	cr_assert(first.data == wire + 4 && first.len == 5);
	cr_assert(second.data == wire + 16 && second.len == 1);
}

/* Every length from nothing to all but the last byte must be refused. */
static void expect_refusals(caddr_t mark)
{
	static const unsigned char wire[] = "\0\0\0\5ab\0de\0\0\0";

	for (size_t len = 0; len < 12; len++) {
		unsigned char *exact = malloc(len + !len);
		XDR xdr;
		struct value v = { .data = NULL, .len = 77 };

		cr_assert(exact != NULL);
		memcpy(exact, wire, len);
		xdr = reader(exact, len);
		xdr.x_public = mark;
		cr_assert(!xdr_value(&xdr, &v), "%zu bytes taken", len);
		cr_assert(v.data == NULL && v.len == 0, "%zu bytes", len);
		free(exact);
	}
}

Test(xdr_value, what_is_cut_short_is_refused)
{
	expect_refusals(NULL);
	expect_refusals(XDR_BORROW);
}

Test(xdr_value, lengths_beyond_the_maximum_are_refused)
{
	size_t size = (size_t)VALUE_MAX_BYTES + 8;
	unsigned char *wire = calloc(1, size);
	unsigned char *bytes = calloc(1, VALUE_MAX_BYTES + 1);
	struct value v = { .data = bytes, .len = VALUE_MAX_BYTES + 1 };
	XDR xdr;

	cr_assert(wire != NULL && bytes != NULL);
	cr_assert(encode(v, wire, size) == 0);
	v.len = VALUE_MAX_BYTES;
	cr_assert(encode(v, wire, size) == (size_t)VALUE_MAX_BYTES + 4);
	xdr = reader(wire, size);
	cr_assert(xdr_value(&xdr, &v) && v.len == VALUE_MAX_BYTES);
	value_free(&v);
	wire[3] = 1; /* one more than the maximum */
	xdr = reader(wire, size);
	cr_assert(!xdr_value(&xdr, &v) && v.data == NULL);
	memset(wire, 0xff, 4);
	xdr = reader(wire, size);
	cr_assert(!xdr_value(&xdr, &v) && v.data == NULL);
	free(wire);
	free(bytes);
}
