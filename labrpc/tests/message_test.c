/*
 * message_test.c - calls and every kind of reply survive the way to bytes and
 * back; other bytes are told apart and harm nobody.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/message.h"

#include <criterion/criterion.h>
#include <string.h>

#include "labrpc/random.h"
#include "labrpc/tests/echo.h"

static struct value text(const char *s)
{
	return value_make(s, strlen(s));
}

Test(message, call)
{
	struct value sent = text("hello"), got = VALUE_EMPTY;
	struct record *record = message_call(&PROC_ECHO, &sent);
	struct call_header call;

	cr_assert(record->len == 40 + 4 + 8, "%zu bytes", record->len);
	cr_assert(message_read_call(record, &call) == CALL_GOOD);
	cr_assert(call.xid == 0 && call.program == ECHO_PROGRAM &&
		  call.version == 1 && call.number == ECHO_ECHO);
	cr_assert(message_read_args(record, &call, &PROC_ECHO, &got));
	cr_assert(value_equal(sent, got));
	cr_assert(got.data > record->bytes &&
		  got.data < record->bytes + record->len,
		  "the value points into the record");
	record_drop(record);
	value_free(&sent);
}

Test(message, call_of_nothing)
{
	struct record *record = message_call(&PROC_VOID, NULL);
	struct call_header call;

	cr_assert(record->len == 40, "%zu bytes", record->len);
	cr_assert(message_read_call(record, &call) == CALL_GOOD);
	cr_assert(message_read_args(record, &call, &PROC_VOID, NULL));
	record_drop(record);
}

/* The arguments of a call that was cut off by CUT bytes. */
static bool read_cut(size_t cut)
{
	struct value sent = text("hello"), got = VALUE_EMPTY;
	struct record *record = message_call(&PROC_ECHO, &sent);
	struct call_header call;
	bool good;

	value_free(&sent);
	record->len -= cut;
	cr_assert(message_read_call(record, &call) == CALL_GOOD);
	good = message_read_args(record, &call, &PROC_ECHO, &got);
	record_drop(record);
	return good;
}

Test(message, arguments_cut_off)
{
	size_t cut;

	cr_assert(read_cut(0));
	for (cut = 1; cut <= 12; cut++)
		cr_assert(!read_cut(cut), "%zu", cut);
}

Test(message, a_length_beyond_the_bound)
{
	struct value v = text("hello"), got = VALUE_EMPTY;
	struct record *record = message_call(&PROC_ECHO, &v);
	struct call_header call;

	cr_assert(message_read_call(record, &call) == CALL_GOOD);
	memset(record->bytes + call.args_at, 0xff, 4);
	cr_assert(!message_read_args(record, &call, &PROC_ECHO, &got));
	record_drop(record);
	value_free(&v);
}

static enum reply_status read_void(struct record *record)
{
	enum reply_status status =
		message_read_reply(record, &PROC_VOID, NULL, true);

	cr_assert(record_xid(record) == 77);
	record_drop(record);
	return status;
}

Test(message, each_refusal)
{
	static const enum reply_status all[] = {
		REPLY_SUCCESS, REPLY_NO_PROGRAM, REPLY_NO_VERSION,
		REPLY_NO_PROCEDURE, REPLY_BAD_ARGS, REPLY_SYSTEM_ERROR,
		REPLY_OLD_RPC,
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct record *record = message_refusal(77, all[i], 1, 3);
		enum reply_status got = read_void(record);

		cr_assert(got == all[i], "%s became %s",
			  reply_status_name(all[i]), reply_status_name(got));
	}
}

Test(message, mismatch_tells_the_versions)
{
	/* RFC 5531, section 9: accepted, no verifier, 2, low, high. */
	static const unsigned char wire[] = {
		0, 0, 0, 77, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0,  0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 9,
	};
	struct record *record = message_refusal(77, REPLY_NO_VERSION, 4, 9);

	cr_assert(record->len == sizeof(wire), "%zu bytes", record->len);
	cr_assert(memcmp(record->bytes, wire, sizeof(wire)) == 0);
	record_drop(record);
}

static void reply_of(size_t len, bool borrow)
{
	struct value sent = echo_value(len, 3), got = VALUE_EMPTY;
	struct record *record = message_reply(77, &PROC_ECHO, &sent);
	enum reply_status status;

	status = message_read_reply(record, &PROC_ECHO, &got, borrow);
	cr_assert(status == REPLY_SUCCESS, "%s", reply_status_name(status));
	cr_assert(value_equal(sent, got));
	record_drop(record);
	if (!borrow)
		message_free_reply(&PROC_ECHO, &got);
	value_free(&sent);
}

Test(message, replies_of_all_sizes)
{
	static const size_t sizes[] = { 0, 1, 900, 920, 960, 70000,
					VALUE_MAX_BYTES };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		reply_of(sizes[i], false);
		reply_of(sizes[i], true);
	}
}

Test(message, another_version_of_rpc)
{
	struct record *record = message_call(&PROC_VOID, NULL);
	struct call_header call;

	record->bytes[11] = 3;
	cr_assert(message_read_call(record, &call) == CALL_OLD_RPC);
	record_drop(record);
}

Test(message, a_reply_is_no_call)
{
	struct record *reply = message_refusal(1, REPLY_SUCCESS, 0, 0);
	struct record *call = message_call(&PROC_VOID, NULL);
	struct call_header header;

	cr_assert(message_read_call(reply, &header) == CALL_GARBAGE);
	cr_assert(message_read_reply(call, &PROC_VOID, NULL, true) ==
		  REPLY_GARBAGE);
	record_drop(reply);
	record_drop(call);
}

Test(message, credentials_are_not_looked_at)
{
	/* A call with AUTH_SYS of 8 bytes and a verifier of 4. */
	static const unsigned char wire[] = {
		0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 3, 4, 0, 0, 0, 1,
		0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 8, 1, 1, 1, 1, 1, 1, 1, 1,
		0, 0, 0, 6, 0, 0, 0, 4, 2, 2, 2, 2,
	};
	struct record *record = record_make(sizeof(wire));
	struct call_header call;

	memcpy(record->bytes, wire, sizeof(wire));
	record->len = sizeof(wire);
	cr_assert(message_read_call(record, &call) == CALL_GOOD);
	cr_assert(call.xid == 9 && call.program == 0x01020304 &&
		  call.version == 1 && call.number == 5);
	cr_assert(call.args_at == sizeof(wire));
	record_drop(record);
}

/* Reads what RECORD may or may not be, in both ways; nothing may leak. */
static void read_anything(struct record *record)
{
	struct value v = VALUE_EMPTY;
	struct call_header call;

	if (message_read_call(record, &call) == CALL_GOOD) {
		message_read_args(record, &call, &PROC_ECHO, &v);
		v = VALUE_EMPTY;
	}
	if (message_read_reply(record, &PROC_ECHO, &v, false) ==
	    REPLY_SUCCESS)
		message_free_reply(&PROC_ECHO, &v);
	else
		cr_assert(v.data == NULL && v.len == 0);
}

Test(message, damaged_bytes)
{
	struct value v = text("some value or other");
	struct random rng;
	int i, k;

	random_seed(&rng, 1);
	for (i = 0; i < 40000; i++) {
		struct record *record = i % 2 == 0
						? message_call(&PROC_ECHO, &v)
						: message_reply(1, &PROC_ECHO,
								&v);

		for (k = (int)random_below(&rng, 4); k >= 0; k--)
			record->bytes[random_below(&rng, record->len)] =
				(unsigned char)random_below(&rng, 10);
		record->len -= random_below(&rng, 8) == 0
				       ? random_below(&rng, record->len)
				       : 0;
		read_anything(record);
		record_drop(record);
	}
	value_free(&v);
}
