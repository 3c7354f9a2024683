// SPDX-License-Identifier: GPL-2.0
/* The frames in full were made by another program (scapy). */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "traffic.h"
#include "tap.h"

static const char syn4[] =
	"0200000000510200000000c108004500003c000040004006269c0a0800070a0900090fa013c4deadbeef"
	"00000000a002faf077ec0000020405b40402080a000000010000000001030307";
static const char rst6[] =
	"0200000000510200000000c186dd6000000000140640fd080000000000000000000000000007fd090000"
	"00000000000000000000000913c40fa000000000deadbef050140000f4ab0000";
static const char advertisement[] =
	"0200000000c102000000005186dd6000000000203afffd090000000000000000000000000009fd080000"
	"00000000000000000000000788001c1d60000000fd090000000000000000000000000009020102000000"
	"0051";
static const char solicitation[] =
	"3333ff0000090200000000c186dd6000000000203afffd080000000000000000000000000007ff020000"
	"0000000000000001ff00000987007cb200000000fd090000000000000000000000000009010102000000"
	"00c1";
static const char arp_request[] =
	"ffffffffffff0200000000c1080600010800060400010200000000c10a0800070000000000000a090009";
static const char arp_reply[] =
	"0200000000c1020000000051080600010800060400020200000000510a0900090200000000c10a080007";

static const uint8_t client[6] = { 2, 0, 0, 0, 0, 0xc1 }, server[6] = { 2, 0, 0, 0, 0, 0x51 };

static size_t bytes_of(const char *hex, uint8_t frame[FRAME_MAX])
{
	size_t len = strlen(hex) / 2, i;
	unsigned int byte;

	for (i = 0; i < len; i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		frame[i] = byte;
	}
	return len;
}

static void same(const uint8_t *frame, size_t len, const char *hex, const char *name)
{
	uint8_t expected[FRAME_MAX];

	ok(len == bytes_of(hex, expected) && !memcmp(frame, expected, len), "%s is as it should be",
	   name);
}

static struct segment segment(int family, uint8_t flags)
{
	struct segment s = { .family = family, .flags = flags };

	memcpy(s.eth_src, client, 6);
	memcpy(s.eth_dst, server, 6);
	inet_pton(family, family == AF_INET ? "10.8.0.7" : "fd08::7", s.src);
	inet_pton(family, family == AF_INET ? "10.9.0.9" : "fd09::9", s.dst);
	return s;
}

static void made(void)
{
	static const uint8_t options[] = {
		2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
	};
	struct segment syn = segment(AF_INET, TCP_SYN), rst = segment(AF_INET6, TCP_RST | TCP_ACK);
	struct segment question = segment(AF_INET, 0);
	uint8_t frame[FRAME_MAX];

	syn.src_port = 4000;
	syn.dst_port = 5060;
	syn.seq = 0xdeadbeef;
	same(frame, frame_tcp(frame, &syn, options, sizeof(options)), syn4, "an IPv4 SYN");
	rst.src_port = 5060;
	rst.dst_port = 4000;
	rst.ack = 0xdeadbef0;
	same(frame, frame_tcp(frame, &rst, NULL, 0), rst6, "an IPv6 RST");

	same(frame, neighbour_ask(frame, &question), arp_request, "an ARP request");
	same(frame, neighbour_answer(frame, &question, server), arp_reply, "an ARP reply");
	question = segment(AF_INET6, 0);
	same(frame, neighbour_ask(frame, &question), solicitation, "a solicitation");
	same(frame, neighbour_answer(frame, &question, server), advertisement, "an advertisement");
	memset(question.src, 0, sizeof(question.src));
	neighbour_answer(frame, &question, server);
	ok(frame[14 + 24] == 0xff && frame[14 + 39] == 1 && frame[54 + 4] == 0x20,
	   "who has no address yet is answered with all others");
}

static void read_back(const char *hex, enum frame_kind kind, int family, const char *name)
{
	uint8_t frame[FRAME_MAX];
	struct segment s;

	ok(frame_parse(frame, bytes_of(hex, frame), &s) == kind && s.family == family,
	   "%s is read", name);
}

static void parsed(void)
{
	uint8_t frame[FRAME_MAX];
	struct segment s;
	size_t len;

	len = bytes_of(syn4, frame);
	ok(frame_parse(frame, len, &s) == FRAME_TCP && s.family == AF_INET &&
	   s.flags == TCP_SYN && s.seq == 0xdeadbeef && !s.ack && s.src_port == 4000 &&
	   s.dst_port == 5060 && s.src[0] == 10 && s.src[3] == 7 && s.dst[3] == 9 &&
	   !memcmp(s.eth_src, client, 6) && !memcmp(s.eth_dst, server, 6), "a SYN is read");
	frame[20] = 0x20;
	ok(frame_parse(frame, len, &s) == FRAME_OTHER, "a fragment is not");
	frame[20] = 0;
	frame[14] = 0x44;
	ok(frame_parse(frame, len, &s) == FRAME_OTHER, "nor a header that is too short");
	len = bytes_of(rst6, frame);
	ok(frame_parse(frame, len, &s) == FRAME_TCP && s.family == AF_INET6 &&
	   s.flags == (TCP_RST | TCP_ACK) && s.ack == 0xdeadbef0 && s.src[15] == 7 &&
	   s.dst[15] == 9, "an IPv6 RST is read");
	read_back(arp_request, FRAME_WHO_HAS, AF_INET, "an ARP request");
	read_back(arp_reply, FRAME_HAS, AF_INET, "an ARP reply");
	read_back(solicitation, FRAME_WHO_HAS, AF_INET6, "a solicitation");
	read_back(advertisement, FRAME_HAS, AF_INET6, "an advertisement");
	frame_parse(frame, bytes_of(arp_request, frame), &s);
	ok(s.src[3] == 7 && s.dst[3] == 9, "who asks, and for whom");
	frame_parse(frame, bytes_of(solicitation, frame), &s);
	ok(s.src[15] == 7 && s.dst[0] == 0xfd && s.dst[15] == 9, "likewise in IPv6");
	frame_parse(frame, bytes_of(arp_reply, frame), &s);
	ok(s.dst[3] == 9, "who is found");
	frame_parse(frame, bytes_of(advertisement, frame), &s);
	ok(s.dst[0] == 0xfd && s.dst[15] == 9, "likewise in IPv6");
}

/* Byte by byte, as RFC 1071 says it. */
static uint16_t plain_sum(const uint8_t *p, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

static void checksums(void)
{
	struct random random = { .state = 11 };
	unsigned int i, j, wrong_sums = 0;
	uint8_t frame[FRAME_MAX], options[TCP_OPTIONS_MAX];
	struct segment s;
	size_t len, head, addrs;

	for (i = 0; i < 20000; i++) {
		s = segment(i % 2 ? AF_INET : AF_INET6, random_next(&random));
		for (j = 0; j < 16; j++) {
			s.src[j] = random_next(&random);
			s.dst[j] = random_next(&random);
		}
		s.src_port = random_next(&random);
		s.dst_port = random_next(&random);
		s.seq = random_next(&random);
		s.ack = random_next(&random);
		for (j = 0; j < sizeof(options); j++)
			options[j] = i % 7 ? random_next(&random) : 0xff;
		len = frame_tcp(frame, &s, options, random_up_to(&random, 10) * 4);
		head = i % 2 ? 20 : 40;
		addrs = i % 2 ? 8 : 32;
		wrong_sums += i % 2 && plain_sum(frame + 14, 20, 0) != 0xffff;
		wrong_sums += plain_sum(frame + 14 + head - addrs, len - 14 - head + addrs,
					6 + len - 14 - head) != 0xffff;
	}
	ok(!wrong_sums, "the checksums of 20000 frames are right");
}

/* Nothing behind a frame may be read, however short it is, and whatever it says. */
static void cut_short(void)
{
	const char *all[] = { syn4, rst6, solicitation, advertisement, arp_request, arp_reply };
	struct random random = { .state = 12 };
	unsigned int i, j, tcp = 0;
	uint8_t frame[FRAME_MAX], *exact;
	struct segment s;
	size_t len, part;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		len = bytes_of(all[i], frame);
		for (part = 0; part < len; part++) {
			exact = malloc(part ? part : 1);
			memcpy(exact, frame, part);
			frame_parse(exact, part, &s);
			free(exact);
		}
		for (j = 0; j < 20000; j++) {
			part = random_up_to(&random, len);
			exact = malloc(part ? part : 1);
			memcpy(exact, frame, part);
			if (part > 12)
				exact[12 + random_up_to(&random, part - 13)] = random_next(&random);
			tcp += frame_parse(exact, part, &s) == FRAME_TCP;
			free(exact);
		}
	}
	ok(tcp > 1000, "120000 frames cut short and changed are read within their bounds");
}

int main(void)
{
	made();
	parsed();
	checksums();
	cut_short();
	return tap_end();
}
