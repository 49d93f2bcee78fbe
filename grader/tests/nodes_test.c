/*
 * nodes_test.c - sets and partitions as tests write them, and the messages
 * for those that make no sense.
 */
#include "grader/judge/nodes.h"

#include <criterion/criterion.h>
#include <string.h>

static char why[256];

static void parses(const char *text, int n, uint64_t expected)
{
	uint64_t set;

	cr_assert(nodes_parse(text, n, &set, why, sizeof(why)), "%s", why);
	cr_assert(set == expected, "%s: %#llx", text ? text : "NULL",
		  (unsigned long long)set);
}

static void wrong_set(const char *text, int n, const char *message)
{
	uint64_t set;

	cr_assert(!nodes_parse(text, n, &set, why, sizeof(why)), "%s", text);
	cr_assert_str_eq(why, message);
}

Test(nodes, sets)
{
	parses(NULL, 3, 0);
	parses("", 3, 0);
	parses("0", 3, 1);
	parses("  2 0 ", 3, 5);
	parses("0, 4", 5, 17);
	parses("63", 64, UINT64_C(1) << 63);
}

Test(nodes, wrong_sets)
{
	wrong_set("3", 3, "\"3\": there is no node 3, there are 3");
	wrong_set("1 1", 3, "\"1 1\": node 1 is named twice");
	wrong_set("0 -1", 3, "\"0 -1\": '-' is neither a node nor a bar");
	wrong_set("0 | 1", 3, "\"0 | 1\": '|' is neither a node nor a bar");
	wrong_set("99999999999999999999", 3,
		  "\"99999999999999999999\": there is no node 9999, there "
		  "are 3");
}

static void splits(const char *text, int n, const char *canonical)
{
	int group_of[8];
	char buf[64];

	cr_assert(groups_parse(text, n, group_of, why, sizeof(why)), "%s",
		  why);
	cr_assert_str_eq(groups_describe(group_of, n, buf, sizeof(buf)),
			 canonical);
}

static void wrong_groups(const char *text, int n, const char *message)
{
	int group_of[8];

	cr_assert(!groups_parse(text, n, group_of, why, sizeof(why)), "%s",
		  text);
	cr_assert_str_eq(why, message);
}

Test(nodes, groups)
{
	splits("0 2 | 1 3 4", 5, "0 2 | 1 3 4");
	splits("4 3 1|2 0", 5, "1 3 4 | 0 2");
	splits("0|1|2", 3, "0 | 1 | 2");
	splits("2 1 0", 3, "0 1 2");
}

Test(nodes, wrong_partitions)
{
	wrong_groups("0 2 | 1 3", 5, "\"0 2 | 1 3\": node 4 is in no group");
	wrong_groups("0 | 0 1 2", 3, "\"0 | 0 1 2\": node 0 is named twice");
	wrong_groups("0 1 2 | 3", 3,
		     "\"0 1 2 | 3\": there is no node 3, there are 3");
	wrong_groups("0 1 2 |", 3, "\"0 1 2 |\": group 1 is empty");
	wrong_groups("0 || 1 2", 3, "\"0 || 1 2\": group 1 is empty");
	wrong_groups("0 / 1 2", 3,
		     "\"0 / 1 2\": '/' is neither a node nor a bar");
	wrong_groups("", 1, "\"\": node 0 is in no group");
}

Test(nodes, groups_need_not_be_numbered_from_0)
{
	static const int group_of[] = { 2, 0, 2 };
	char buf[64];

	cr_assert_str_eq(groups_describe(group_of, 3, buf, sizeof(buf)),
			 "1 | 0 2");
}

Test(nodes, described_sets)
{
	char buf[64], small[4];

	cr_assert_str_eq(nodes_describe(0, buf, sizeof(buf)), "");
	cr_assert_str_eq(nodes_describe(21, buf, sizeof(buf)), "0 2 4");
	cr_assert_str_eq(nodes_describe(21, small, sizeof(small)), "0 2");
}
