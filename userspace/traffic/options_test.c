// SPDX-License-Identifier: GPL-2.0
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bomb.h"
#include "reply.h"
#include "tap.h"

#define WORDS_COUNT 32

static struct bomb_options bomb;
static struct reply_options reply;

/* Runs one of the two on a line; what it says goes to @said. */
static int run(bool is_bomb, const char *line, char **said)
{
	char *words[WORDS_COUNT + 1] = { is_bomb ? (char *)"synbomb" : (char *)"synreply" };
	char *copy = strdup(line), *word, *rest = copy;
	FILE *err = stderr;
	int count = 1, status;
	size_t len;

	while ((word = strsep(&rest, " ")) && count < WORDS_COUNT)
		words[count++] = word;
	fflush(stdout);
	stderr = open_memstream(said, &len);
	optind = 0;
	status = is_bomb ? bomb_options(&bomb, count, words) : reply_options(&reply, count, words);
	fclose(stderr);
	stderr = err;
	free(copy);
	return status;
}

/* @is_as_meant is only looked at when the line has been read. */
#define READS(is_bomb, line, is_as_meant) do {						\
	char *said_ = NULL;								\
	int status_ = run(is_bomb, line, &said_);					\
											\
	ok(!status_ && !*said_ && (is_as_meant), "'%s' is read %s", line, said_);	\
	free(said_);									\
} while (0)

/* Wrong usage, told in one line. */
static void refuses(bool is_bomb, const char *line, const char *reason)
{
	char *said = NULL, *end;
	int status = run(is_bomb, line, &said);

	end = strchr(said, '\n');
	ok(status == WRONG_USAGE && strstr(said, reason) && end && !end[1], "'%s' is refused: %.*s",
	   line, end ? (int)(end - said) : 0, said);
	free(said);
}

static void of_bomb(void)
{
	READS(true, "e 10.8.0.0/24 10.9.0.0/24",
	      bomb.burst == 10 && bomb.gap == SECOND / 10 && bomb.wait == 3 * SECOND &&
	      bomb.sequence.clients.count == 254 && bomb.sequence.server_ports == 65535 &&
	      !bomb.count && !bomb.duration && !bomb.mac_given && bomb.table == 1 << 22);
	READS(true, "-C 100 -S 7 -p 2000-2999 -P 5060 -m 02:0:a:B:00:51 e fd08::/64 fd09::/64",
	      bomb.sequence.clients.count == 100 && bomb.sequence.servers.count == 7 &&
	      bomb.sequence.client_port == 2000 && bomb.sequence.client_ports == 1000 &&
	      bomb.sequence.server_port == 5060 && bomb.sequence.server_ports == 1 &&
	      bomb.mac_given && bomb.mac[3] == 0xb && bomb.mac[5] == 0x51);
	READS(true, "-b 20 -r 2k -c 1M -d 1.5s -w 0s -i 250ms -s 42 -j e 10.8.0.0/24 10.9.0.0/24",
	      bomb.burst == 20 && bomb.gap == SECOND / 100 && bomb.count == MILLION &&
	      bomb.duration == 1500 * SECOND / 1000 && !bomb.wait && bomb.period == SECOND / 4 &&
	      bomb.seed == 42 && bomb.json && bomb.table == MILLION);
	READS(true, "-g 0s -t 500 e 10.8.0.1 10.9.0.1 -G 10.8.0.9", !bomb.gap && bomb.table == 500 &&
	      bomb.sequence.clients.count == 1 && bomb.gateway.family == AF_INET);
	refuses(true, "", "an interface, a prefix of clients and one of servers");
	refuses(true, "e 10.8.0.0/24", "an interface, a prefix of clients and one of servers");
	refuses(true, "e 10.8.0.0/24 10.9.0.0/24 x", "an interface, a prefix");
	refuses(true, "-x", "invalid option");
	refuses(true, "--bursts 7", "unrecognized option");
	refuses(true, "-c", "requires an argument");
	refuses(true, "-c 0 e 10.8.0.0/24 10.9.0.0/24", "-c: 0 is nothing at all");
	refuses(true, "-c -5 e 10.8.0.0/24 10.9.0.0/24", "'-5' is no number");
	refuses(true, "-c 5kM e 10.8.0.0/24 10.9.0.0/24", "is no number");
	refuses(true, "-b 99999999999999999999 e 10.8.0.0/24 10.9.0.0/24", "too large");
	refuses(true, "-b 2000000000k e 10.8.0.0/24 10.9.0.0/24", "too large");
	refuses(true, "-g 5 e 10.8.0.0/24 10.9.0.0/24", "has no unit");
	refuses(true, "-d 0s e 10.8.0.0/24 10.9.0.0/24", "no time at all");
	refuses(true, "-i 0s e 10.8.0.0/24 10.9.0.0/24", "no time at all");
	refuses(true, "-g 1ms -r 5 e 10.8.0.0/24 10.9.0.0/24", "--gap and --rate");
	refuses(true, "-m 02:00:00:00:00 e 10.8.0.0/24 10.9.0.0/24", "is no MAC address");
	refuses(true, "-m 02:00:00:00:00:51:1 e 10.8.0.0/24 10.9.0.0/24", "is no MAC address");
	refuses(true, "-m 02:00:00:00:00:251 e 10.8.0.0/24 10.9.0.0/24", "is no MAC address");
	refuses(true, "-m 01:00:5e:00:00:51 e 10.8.0.0/24 10.9.0.0/24", "a group");
	refuses(true, "-m 02:00:00:00:00:51 -G 10.8.0.9 e 10.8.0.0/24 10.9.0.0/24", "name one");
	refuses(true, "-G 10.8.0.0/24 e 10.8.0.0/24 10.9.0.0/24", "is a prefix");
	refuses(true, "-G fd08::9 e 10.8.0.0/24 10.9.0.0/24", "another family");
	refuses(true, "-p 70000 e 10.8.0.0/24 10.9.0.0/24", "is no PORT");
	refuses(true, "-C 300 e 10.8.0.0/24 10.9.0.0/24", "has room for 254");
	refuses(true, "-t 1000000k e 10.8.0.0/24 10.9.0.0/24", "a table for more than");
	refuses(true, "-C 1 -S 1 -p 1-10 -P 80 -c 11 e 10.8.0.0/24 10.9.0.0/24",
		"there are 10 different requests, not 11");
	refuses(true, "e 10.8.0.0/24 fd09::/64", "not both IPv4");
}

static void of_reply(void)
{
	READS(false, "e 10.9.0.0/24", reply.pool.count == 254 && !reply.fate.rules &&
	      !reply.fate.seed && !reply.duration && !reply.json && reply.queue == 1 << 20);
	READS(false, "-n 10 --dead 10% --refusing 0.5% -s 3 -q 5k -d 2s -i 1m -j e fd09::/64",
	      reply.pool.count == 10 && reply.fate.dead == 100000 && reply.fate.refusing == 5000 &&
	      reply.fate.seed == 3 && reply.queue == 5000 && reply.duration == 2 * SECOND &&
	      reply.period == 60 * SECOND && reply.json);
	READS(false, "--drop 10% --drop 10.9.0.5=100% --refuse 10.9.0.0/28=0.0001% "
	      "--delay 20ms~5ms e 10.9.0.0/24",
	      reply.fate.rules == 4 && reply.fate.rule[0].drop == 100000 &&
	      reply.fate.rule[1].prefix.len == 32 && reply.fate.rule[1].drop == MILLION &&
	      reply.fate.rule[2].refuse == 1 && reply.fate.rule[3].delay == SECOND / 50 &&
	      reply.fate.rule[3].jitter == SECOND / 200);
	refuses(false, "", "an interface and a prefix");
	refuses(false, "e 10.9.0.0/24 more", "an interface and a prefix");
	refuses(false, "--drop 10 e 10.9.0.0/24", "--drop: '10' is no share");
	refuses(false, "--drop 101% e 10.9.0.0/24", "more than all");
	refuses(false, "--drop 100.0001% e 10.9.0.0/24", "more than all");
	refuses(false, "--drop 1.% e 10.9.0.0/24", "is no share");
	refuses(false, "--drop % e 10.9.0.0/24", "is no share");
	refuses(false, "--drop 0.00001% e 10.9.0.0/24", "more than 4 decimals");
	refuses(false, "--drop 10.8.0.0/24=5% e 10.9.0.0/24", "10.8.0.0/24 is not in 10.9.0.0/24");
	refuses(false, "--drop fd09::1=5% e 10.9.0.0/24", "fd09::1 is not in");
	refuses(false, "--drop =5% e 10.9.0.0/24", "is no IPv4 or IPv6 address");
	refuses(false, "--delay 20 e 10.9.0.0/24", "--delay: 20 has no unit");
	refuses(false, "--delay 20ms~30ms e 10.9.0.0/24", "longer than the delay");
	refuses(false, "--delay 20ms~ e 10.9.0.0/24", "is no time");
	refuses(false, "--delay 100m e 10.9.0.0/24", "longer than an hour");
	refuses(false, "--dead 60% --refusing 41% e 10.9.0.0/24", "together are more than all");
	refuses(false, "-q 100M e 10.9.0.0/24", "is more than");
	refuses(false, "-s x e 10.9.0.0/24", "is no whole number");
}

int main(void)
{
	of_bomb();
	of_reply();
	return tap_end();
}
