// SPDX-License-Identifier: GPL-2.0
/* Tests of encap.c: VLAN tags, PPPoE sessions, and what is neither. */
#include <stdlib.h>

#include "encap.h"
#include "test.h"

static const u8 tagged[] = { 0x60, 0x05, 0x08, 0x00, 0x45 };
static const u8 twice[] = { 0x00, 0x64, 0x81, 0x00, 0x00, 0x07, 0x86, 0xdd, 0x60 };
static const u8 session[] = { 0x11, 0x00, 0x12, 0x34, 0x00, 0x04, 0x00, 0x21, 0x45, 0x00,
			      0xa5 };
static const u8 both[] = { 0x00, 0x05, 0x88, 0x64, 0x11, 0x00, 0x00, 0x01, 0x00, 0x03,
			   0x00, 0x57, 0x60 };

/* All of it at once, and byte for byte: the same, and never more than there is. */
static struct encap parse(u16 proto, const u8 *data, unsigned int total)
{
	unsigned int len = 0, need;
	struct encap encap;
	u8 *part;

	for (;;) {
		part = malloc(len + 1);
		memcpy(part, data, len);
		need = encap_parse(&encap, htons(proto), part, len, total);
		free(part);
		if (!need)
			return encap;
		if (need <= len || need > total) {
			check(0, "asks for %u bytes with %u of %u", need, len, total);
			encap.proto = 0;
			return encap;
		}
		len = need;
	}
}

static void test_good(void)
{
	struct encap e = parse(0x0800, tagged, sizeof(tagged));

	check(e.proto == htons(0x0800) && !e.len && e.total == sizeof(tagged) && !e.tags &&
	      !e.pppoe, "nothing");
	e = parse(0x8100, tagged, sizeof(tagged));
	check(e.proto == htons(0x0800) && e.len == 4 && e.total == 1 && e.tags == 1 &&
	      e.tag_proto[0] == htons(0x8100) && e.tag[0] == 0x6005, "a tag");
	e = parse(0x88a8, twice, sizeof(twice));
	check(e.proto == htons(0x86dd) && e.len == 8 && e.tags == 2 &&
	      e.tag_proto[0] == htons(0x88a8) && e.tag[0] == 100 &&
	      e.tag_proto[1] == htons(0x8100) && e.tag[1] == 7, "two tags");
	e = parse(0x8864, session, sizeof(session));
	check(e.proto == htons(0x0800) && e.len == 8 && e.total == 2 && e.pppoe &&
	      e.session == 0x1234, "a session, and padding behind it");
	e = parse(0x8100, both, sizeof(both));
	check(e.proto == htons(0x86dd) && e.len == 12 && e.total == 1 && e.tags == 1 &&
	      e.tag[0] == 5 && e.pppoe && e.session == 1, "a session in a VLAN");
}

/* Session data with one byte changed. */
static struct encap spoiled(unsigned int at, u8 value)
{
	u8 bytes[sizeof(session)];

	memcpy(bytes, session, sizeof(bytes));
	bytes[at] = value;
	return parse(0x8864, bytes, sizeof(bytes));
}

static void test_bad(void)
{
	static const u8 thrice[] = { 0, 1, 0x81, 0, 0, 2, 0x81, 0, 0, 3, 8, 0, 0x45 };
	unsigned int i;

	check(!parse(0x8100, thrice, sizeof(thrice)).proto, "three tags");
	for (i = 0; i < 4; i++)
		check(!parse(0x8100, tagged, i).proto, "a tag of %u bytes", i);
	for (i = 0; i < 8; i++)
		check(!parse(0x8864, session, i).proto, "a session of %u bytes", i);
	check(!spoiled(0, 0x21).proto, "another version");
	check(!spoiled(1, 0x07).proto, "no data but discovery");
	check(!spoiled(5, 1).proto, "no room for a protocol");
	check(spoiled(5, 5).proto && !spoiled(5, 6).proto, "longer than it is");
	check(!spoiled(7, 0x23).proto && spoiled(7, 0x23).pppoe, "neither IPv4 nor IPv6");
	check(!spoiled(6, 0xc0).proto, "LCP");
	check(!spoiled(6, 0x21).proto, "a protocol in one byte");
}

/* Only the sanitizers and parse() judge. */
static void test_damage(void)
{
	static const u16 types[] = { 0x8100, 0x88a8, 0x8864, 0x0800 };
	u8 bytes[32];
	unsigned int i, j, at;

	srand(1);
	for (i = 0; i < 100000; i++) {
		for (j = 0; j < sizeof(bytes); j++)
			bytes[j] = rand();
		/* So that there is something inside as a rule. */
		for (j = 2; j < 12; j += 4) {
			at = types[rand() % 4];
			bytes[j] = at >> 8;
			bytes[j + 1] = at;
		}
		parse(types[rand() % 4], bytes, rand() % sizeof(bytes));
	}
	check(1, "100000 frames at random");
}

int main(void)
{
	test_good();
	test_bad();
	test_damage();
	return check_done();
}
