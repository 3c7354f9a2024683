// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "syncopate.h"
#include "tap.h"

/* @expected is how the prefix is written; it must mean the same. */
static void reads(const char *word, int family, int len, const char *expected)
{
	struct prefix prefix = { 0 }, back = { 0 };
	const char *why = prefix_parse(word, &prefix);
	char form[PREFIX_SIZE] = "";

	if (!why)
		prefix_format(form, &prefix);
	ok(!why && prefix.family == family && prefix.len == len && !strcmp(form, expected) &&
	   !prefix_parse(form, &back) && !memcmp(&prefix, &back, sizeof(back)),
	   "'%s' is written %s (%s)", word, expected, why ? why : form);
}

static void refuses(const char *word, const char *reason)
{
	struct prefix prefix = { .family = 47 };
	const char *why = prefix_parse(word, &prefix);

	ok(why && strstr(why, reason) && prefix.family == 47, "'%s' is refused: %s", word,
	   why ? why : "not at all");
}

static void overlaps(const char *one, const char *other, bool expected)
{
	struct prefix a, b;

	ok(!prefix_parse(one, &a) && !prefix_parse(other, &b) &&
	   prefix_overlaps(&a, &b) == expected && prefix_overlaps(&b, &a) == expected,
	   "%s and %s %s", one, other, expected ? "overlap" : "are apart");
}

int main(void)
{
	static const uint8_t bytes4[] = { 10, 20, 30, 40 };
	struct prefix prefix;

	ok(!prefix_parse("10.20.30.40", &prefix) && !memcmp(prefix.addr, bytes4, 4) &&
	   prefix_bytes(&prefix) == 4, "IPv4 is 4 bytes in network byte order");
	ok(!prefix_parse("::1", &prefix) && prefix.addr[0] == 0 && prefix.addr[15] == 1 &&
	   prefix_bytes(&prefix) == 16, "IPv6 is 16 bytes in network byte order");
	prefix.family = 0;
	ok(!prefix_bytes(&prefix), "no family has no bytes");

	reads("10.20.0.0/16", AF_INET, 16, "10.20.0.0/16");
	reads("10.20.1.7", AF_INET, 32, "10.20.1.7");
	reads("10.20.1.7/32", AF_INET, 32, "10.20.1.7");
	reads("10.20.1.6/31", AF_INET, 31, "10.20.1.6/31");
	reads("0.0.0.0/0", AF_INET, 0, "0.0.0.0/0");
	reads("0.0.0.0", AF_INET, 32, "0.0.0.0");
	reads("128.0.0.0/1", AF_INET, 1, "128.0.0.0/1");
	reads("255.255.255.255/32", AF_INET, 32, "255.255.255.255");
	reads("10.20.0.0/016", AF_INET, 16, "10.20.0.0/16");
	reads("2001:db8::/32", AF_INET6, 32, "2001:db8::/32");
	reads("2001:DB8:0:0::7", AF_INET6, 128, "2001:db8::7");
	reads("2001:db8::7/128", AF_INET6, 128, "2001:db8::7");
	reads("2001:db8::6/127", AF_INET6, 127, "2001:db8::6/127");
	reads("2001:db8:8000::/33", AF_INET6, 33, "2001:db8:8000::/33");
	reads("::/0", AF_INET6, 0, "::/0");
	reads("::", AF_INET6, 128, "::");
	reads("::fffe:10.20.1.7", AF_INET6, 128, "::fffe:a14:107");
	reads("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", AF_INET6, 128,
	      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	reads("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127", AF_INET6, 127,
	      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127");
	reads("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", AF_INET6, 128,
	      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

	refuses("10.0.0.1/8", "10.0.0.1/8 has bits set beyond its length; "
		"did you mean 10.0.0.0/8?");
	refuses("10.20.1.7/31", "did you mean 10.20.1.6/31?");
	refuses("0.0.0.1/0", "did you mean 0.0.0.0/0?");
	refuses("255.255.255.255/0", "did you mean 0.0.0.0/0?");
	refuses("2001:db8::1/64", "did you mean 2001:db8::/64?");
	refuses("2001:db8:c000::/33", "did you mean 2001:db8:8000::/33?");
	refuses("::1/127", "did you mean ::/127?");

	refuses("", "is no IPv4 or IPv6 address");
	refuses("/", "is no IPv4 or IPv6 address");
	refuses("/8", "is no IPv4 or IPv6 address");
	refuses("any", "is no IPv4 or IPv6 address");
	refuses("10", "is no IPv4 or IPv6 address");
	refuses("10.20.0", "is no IPv4 or IPv6 address");
	refuses("10.20.0/16", "is no IPv4 or IPv6 address");
	refuses("10.20.0.256", "is no IPv4 or IPv6 address");
	refuses("10.20.0.0.0", "is no IPv4 or IPv6 address");
	refuses("10.20.0.010", "is no IPv4 or IPv6 address");
	refuses("0x0a.0.0.0", "is no IPv4 or IPv6 address");
	refuses("10.20.1.7 ", "is no IPv4 or IPv6 address");
	refuses(" 10.20.1.7", "is no IPv4 or IPv6 address");
	refuses("10.20.1.7:80", "is no IPv4 or IPv6 address");
	refuses("[::1]", "is no IPv4 or IPv6 address");
	refuses("2001:db8:::1", "is no IPv4 or IPv6 address");
	refuses("fe80::1%eth0", "is no IPv4 or IPv6 address");
	refuses("1:2:3:4:5:6:7:8:9", "is no IPv4 or IPv6 address");
	refuses("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc/64",
		"is no IPv4 or IPv6 address");

	refuses("10.0.0.0/", "'/' is no number from 0 to 32");
	refuses("10.0.0.0/33", "'/33' is no number from 0 to 32");
	refuses("10.0.0.0/-1", "from 0 to 32");
	refuses("10.0.0.0/+8", "from 0 to 32");
	refuses("10.0.0.0/8/8", "from 0 to 32");
	refuses("10.0.0.0/8x", "from 0 to 32");
	refuses("10.0.0.0/ 8", "from 0 to 32");
	refuses("10.0.0.0/255.0.0.0", "from 0 to 32");
	refuses("10.0.0.0/18446744073709551624", "from 0 to 32");
	refuses("::/129", "'/129' is no number from 0 to 128");
	refuses("::/", "from 0 to 128");

	refuses("::ffff:10.20.1.7", "::ffff:10.20.1.7 is a mapped address; write it as IPv4");
	refuses("::ffff:0:0/96", "is a mapped address; write it as IPv4");

	overlaps("10.0.0.0/8", "10.0.0.0/8", true);
	overlaps("10.0.0.0/8", "10.20.0.0/16", true);
	overlaps("10.0.0.0/8", "11.0.0.0/8", false);
	overlaps("10.0.0.0/9", "10.128.0.0/9", false);
	overlaps("10.0.0.0/8", "10.128.0.0/9", true);
	overlaps("10.20.1.7", "10.20.1.7", true);
	overlaps("10.20.1.7", "10.20.1.6", false);
	overlaps("10.20.1.6/31", "10.20.1.7", true);
	overlaps("0.0.0.0/0", "10.20.1.7", true);
	overlaps("0.0.0.0/0", "::/0", false);
	overlaps("::/0", "2001:db8::1", true);
	overlaps("2001:db8::1", "2001:db8::1", true);
	overlaps("2001:db8::/33", "2001:db8:8000::/33", false);
	return tap_end();
}
