// SPDX-License-Identifier: GPL-2.0
/* The command line of synbomb. */
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "bomb.h"

#define TABLE_DEFAULT (UINT64_C(1) << 22)
#define TABLE_MAX (UINT64_C(1) << 28)

static const char help[] =
"usage: synbomb [OPTION...] INTERFACE CLIENTS SERVERS\n"
"\n"
"Sends SYNs in bursts, from random addresses and ports of the prefix CLIENTS to random\n"
"ones of the prefix SERVERS, none twice, and tells what answers came and when.\n"
"\n"
"  -C, --clients N         so many terminals of CLIENTS: all, at most 65536\n"
"  -S, --servers N         so many of SERVERS: likewise\n"
"  -p, --client-ports A-B  ports to ask from: 1024-65535\n"
"  -P, --server-ports A-B  ports to ask for: 1-65535\n"
"  -m, --mac MAC           the station to send to\n"
"  -G, --gateway ADDRESS   ask who has this address; without either, the first server's\n"
"\n"
"  -b, --burst N           SYNs in a burst, on average: 10\n"
"  -g, --gap TIME          from one burst to the next, on average: 100ms; 0s: none\n"
"  -r, --rate N            SYNs in a second, on average, instead of a gap\n"
"  -c, --count N           make so many requests\n"
"  -d, --duration TIME     make requests for so long\n"
"  -w, --wait TIME         then wait so long for answers: 3s\n"
"  -t, --table N           so many requests may be open: 4194304, or the number of them\n"
"  -s, --seed N            the same seed, the same SYNs in the same bursts\n"
"\n"
"  -i, --period TIME       tell each time so much has passed: 1s\n"
"  -j, --json              tell in JSON, an object a line, see synbomb(8)\n"
"  -V, --version           tell the version\n"
"  -h, --help              this\n";

static const struct option long_options[] = {
	{ "clients", required_argument, NULL, 'C' },
	{ "servers", required_argument, NULL, 'S' },
	{ "client-ports", required_argument, NULL, 'p' },
	{ "server-ports", required_argument, NULL, 'P' },
	{ "mac", required_argument, NULL, 'm' },
	{ "gateway", required_argument, NULL, 'G' },
	{ "burst", required_argument, NULL, 'b' },
	{ "gap", required_argument, NULL, 'g' },
	{ "rate", required_argument, NULL, 'r' },
	{ "count", required_argument, NULL, 'c' },
	{ "duration", required_argument, NULL, 'd' },
	{ "wait", required_argument, NULL, 'w' },
	{ "table", required_argument, NULL, 't' },
	{ "seed", required_argument, NULL, 's' },
	{ "period", required_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'j' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* What depends on other words. */
struct given {
	uint64_t clients;
	uint64_t servers;
	uint64_t rate;
	bool gap;
	bool seed;
};

static const char *positive_time(const char *word, uint64_t *ns)
{
	const char *why = time_parse(word, ns);

	return why || *ns ? why : wrong("%.60s is no time at all", word);
}

static const char *parse_gateway(const char *word, struct prefix *gateway)
{
	const char *why = prefix_parse(word, gateway);

	if (!why && gateway->len != 8 * prefix_bytes(gateway))
		return wrong("%.60s is a prefix; a gateway has one address", word);
	return why;
}

static const char *parse_option(struct bomb_options *options, struct given *given, int option,
				const char *word)
{
	switch (option) {
	case 'C':
		return count_parse(word, &given->clients);
	case 'S':
		return count_parse(word, &given->servers);
	case 'p':
		return ports_parse(word, &options->sequence.client_port,
				   &options->sequence.client_ports);
	case 'P':
		return ports_parse(word, &options->sequence.server_port,
				   &options->sequence.server_ports);
	case 'm':
		options->mac_given = true;
		return mac_parse(word, options->mac);
	case 'G':
		return parse_gateway(word, &options->gateway);
	case 'b':
		return count_parse(word, &options->burst);
	case 'g':
		given->gap = true;
		return time_parse(word, &options->gap);
	case 'r':
		return count_parse(word, &given->rate);
	case 'c':
		return count_parse(word, &options->count);
	case 'd':
		return positive_time(word, &options->duration);
	case 'w':
		return time_parse(word, &options->wait);
	case 't':
		return count_parse(word, &options->table);
	case 's':
		given->seed = true;
		return number_parse(word, INT64_MAX, &options->seed);
	case 'i':
		return positive_time(word, &options->period);
	default:
		options->json = true;
		return NULL;
	}
}

/* What is made of several words. */
static const char *complete(struct bomb_options *options, const struct given *given, char **words)
{
	struct sequence *sequence = &options->sequence;
	const char *why;

	options->interface = words[0];
	why = pool_init(&sequence->clients, words[1], given->clients);
	if (!why)
		why = pool_init(&sequence->servers, words[2], given->servers);
	if (!given->seed)
		options->seed = random_seed();
	if (!why)
		why = sequence_init(sequence, options->seed);
	if (why)
		return why;
	if (options->gateway.family && options->mac_given)
		return "--gateway and --mac both say where to send; name one";
	if (options->gateway.family && options->gateway.family != sequence->servers.prefix.family)
		return "the gateway is of another family than clients and servers";
	if (given->gap && given->rate)
		return "--gap and --rate both say how often; name one";
	if (given->rate)
		options->gap = options->burst * SECOND / given->rate;
	if (options->count > sequence->total)
		return wrong("there are %" PRIu64 " different requests, not %" PRIu64,
			     sequence->total, options->count);
	if (!options->table)
		options->table = options->count && options->count < 4 * TABLE_DEFAULT ?
				 options->count : TABLE_DEFAULT;
	if (options->table > TABLE_MAX)
		return wrong("a table for more than %" PRIu64 " requests", TABLE_MAX);
	return NULL;
}

/**
 * bomb_options() - read the command line
 * @options: the result
 * @argc: as of main()
 * @argv: as of main()
 *
 * Return: DONE, OPTIONS_HELP if that was all, or WRONG_USAGE and has said what is wrong
 */
int bomb_options(struct bomb_options *options, int argc, char **argv)
{
	struct given given = { 0 };
	const char *why;
	int option;

	*options = (struct bomb_options){
		.burst = 10, .gap = SECOND / 10, .wait = 3 * SECOND, .period = SECOND,
		.sequence = {
			.client_port = 1024, .client_ports = 65536 - 1024,
			.server_port = 1, .server_ports = 65535,
		},
	};
	while ((option = getopt_long(argc, argv, "C:S:p:P:m:G:b:g:r:c:d:w:t:s:i:jVh", long_options,
				     NULL)) != -1) {
		switch (option) {
		case 'h':
			fputs(help, stdout);
			return OPTIONS_HELP;
		case 'V':
			puts("synbomb " VERSION);
			return OPTIONS_HELP;
		case '?':
			return WRONG_USAGE;
		}
		why = parse_option(options, &given, option, optarg);
		if (why)
			return wrong_usage("-%c: %s", option, why);
	}
	if (argc - optind != 3)
		return wrong_usage("an interface, a prefix of clients and one of servers, no more "
				   "and no less; see synbomb -h");
	why = complete(options, &given, argv + optind);
	return why ? wrong_usage("%s", why) : DONE;
}
