// SPDX-License-Identifier: GPL-2.0
/* The command line of synreply. */
#include <getopt.h>
#include <string.h>

#include "reply.h"

#define QUEUE_DEFAULT (1 << 20)
#define QUEUE_MAX (1 << 26)

static const char help[] =
"usage: synreply [OPTION...] INTERFACE SERVERS\n"
"\n"
"Answers SYNs to the addresses of the prefix SERVERS, at any port, as if there were\n"
"servers; and who asks for their station, by ARP or neighbour discovery.\n"
"\n"
"  -n, --servers N         so many addresses of SERVERS: all, at most 65536\n"
"      --dead SHARE        so many of them never answer\n"
"      --refusing SHARE    so many others always refuse\n"
"      --drop [PREFIX=]SHARE\n"
"                          drop so many SYNs, to these addresses or to all\n"
"      --refuse [PREFIX=]SHARE\n"
"                          refuse so many others\n"
"      --delay [PREFIX=]TIME[~JITTER]\n"
"                          answer after TIME, by up to JITTER more or less\n"
"  -s, --seed N            the same seed, the same fate: 0\n"
"  -q, --queue N           so many answers may wait: 1048576\n"
"\n"
"  -d, --duration TIME     answer for so long\n"
"  -i, --period TIME       tell each time so much has passed: 1s\n"
"  -j, --json              tell in JSON, an object a line, see synreply(8)\n"
"  -V, --version           tell the version\n"
"  -h, --help              this\n"
"\n"
"SHARE is a percentage, 10% or 0.25%. Of several prefixes the longest holds.\n";

enum {
	OPTION_DEAD = 256,
	OPTION_REFUSING,
	OPTION_DROP,
	OPTION_REFUSE,
	OPTION_DELAY,
};

static const struct option long_options[] = {
	{ "servers", required_argument, NULL, 'n' },
	{ "dead", required_argument, NULL, OPTION_DEAD },
	{ "refusing", required_argument, NULL, OPTION_REFUSING },
	{ "drop", required_argument, NULL, OPTION_DROP },
	{ "refuse", required_argument, NULL, OPTION_REFUSE },
	{ "delay", required_argument, NULL, OPTION_DELAY },
	{ "seed", required_argument, NULL, 's' },
	{ "queue", required_argument, NULL, 'q' },
	{ "duration", required_argument, NULL, 'd' },
	{ "period", required_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'j' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char *option_name(int option)
{
	const struct option *known;

	for (known = long_options; known->val != option; known++)
		continue;
	return known->name;
}

static const char *positive_time(const char *word, uint64_t *ns)
{
	const char *why = time_parse(word, ns);

	return why || *ns ? why : wrong("%.60s is no time at all", word);
}

/* 20ms~5ms */
static const char *parse_delay(const char *word, struct rule *rule)
{
	const char *tilde = strchr(word, '~'), *why;
	size_t len = tilde ? (size_t)(tilde - word) : strlen(word);
	char delay[TIME_SIZE];

	if (len >= sizeof(delay))
		return wrong("'%.60s' is no time", word);
	memcpy(delay, word, len);
	delay[len] = '\0';
	why = time_parse(delay, &rule->delay);
	if (!why && rule->delay > 3600 * SECOND)
		return wrong("%.60s is longer than an hour", word);
	if (!why && tilde)
		why = time_parse(tilde + 1, &rule->jitter);
	if (!why && rule->jitter > rule->delay)
		return wrong("the jitter of %.60s is longer than the delay", word);
	return why;
}

/* [PREFIX=]VALUE. Without a prefix it holds for all, whatever their family. */
static const char *parse_rule(struct fate *fate, int kind, const char *word)
{
	const char *equals = strchr(word, '='), *why = NULL;
	struct rule *rule = &fate->rule[fate->rules];
	char prefix[PREFIX_SIZE];
	size_t len = equals ? (size_t)(equals - word) : 0;

	if (fate->rules == RULES_MAX)
		return wrong("there are more than %d of --drop, --refuse and --delay", RULES_MAX);
	if (len >= sizeof(prefix))
		return wrong("'%.60s' begins with no prefix", word);
	if (equals) {
		memcpy(prefix, word, len);
		prefix[len] = '\0';
		why = prefix_parse(prefix, &rule->prefix);
		word = equals + 1;
	}
	if (why)
		return why;
	rule->given = 1u << kind;
	fate->rules++;
	switch (kind) {
	case RULE_DROP:
		return share_parse(word, &rule->drop);
	case RULE_REFUSE:
		return share_parse(word, &rule->refuse);
	default:
		return parse_delay(word, rule);
	}
}

static const char *parse_queue(const char *word, uint32_t *queue)
{
	uint64_t count;
	const char *why = count_parse(word, &count);

	if (!why && count > QUEUE_MAX)
		return wrong("%.60s is more than %d", word, QUEUE_MAX);
	*queue = count;
	return why;
}

static const char *parse_option(struct reply_options *options, uint64_t *servers, int option,
				const char *word)
{
	switch (option) {
	case 'n':
		return count_parse(word, servers);
	case OPTION_DEAD:
		return share_parse(word, &options->fate.dead);
	case OPTION_REFUSING:
		return share_parse(word, &options->fate.refusing);
	case OPTION_DROP:
		return parse_rule(&options->fate, RULE_DROP, word);
	case OPTION_REFUSE:
		return parse_rule(&options->fate, RULE_REFUSE, word);
	case OPTION_DELAY:
		return parse_rule(&options->fate, RULE_DELAY, word);
	case 's':
		return number_parse(word, INT64_MAX, &options->fate.seed);
	case 'q':
		return parse_queue(word, &options->queue);
	case 'd':
		return positive_time(word, &options->duration);
	case 'i':
		return positive_time(word, &options->period);
	default:
		options->json = true;
		return NULL;
	}
}

/* What is made of several words. */
static const char *complete(struct reply_options *options, uint64_t servers, char **words)
{
	const char *why = pool_init(&options->pool, words[1], servers);
	char prefix[PREFIX_SIZE];
	struct rule *rule;

	if (why)
		return why;
	options->interface = words[0];
	if (options->fate.dead + options->fate.refusing > MILLION)
		return "--dead and --refusing together are more than all";
	for (rule = options->fate.rule; rule < options->fate.rule + options->fate.rules; rule++) {
		if (!rule->prefix.family)
			rule->prefix.family = options->pool.prefix.family;
		if (!prefix_overlaps(&rule->prefix, &options->pool.prefix))
			return wrong("%s is not in %s", prefix_format(prefix, &rule->prefix),
				     words[1]);
	}
	return NULL;
}

/**
 * reply_options() - read the command line
 * @options: the result
 * @argc: as of main()
 * @argv: as of main()
 *
 * Return: DONE, OPTIONS_HELP if that was all, or WRONG_USAGE and has said what is wrong
 */
int reply_options(struct reply_options *options, int argc, char **argv)
{
	uint64_t servers = 0;
	const char *why;
	int option;

	*options = (struct reply_options){ .queue = QUEUE_DEFAULT, .period = SECOND };
	while ((option = getopt_long(argc, argv, "n:s:q:d:i:jVh", long_options, NULL)) != -1) {
		switch (option) {
		case 'h':
			fputs(help, stdout);
			return OPTIONS_HELP;
		case 'V':
			puts("synreply " VERSION);
			return OPTIONS_HELP;
		case '?':
			return WRONG_USAGE;
		}
		why = parse_option(options, &servers, option, optarg);
		if (why)
			return wrong_usage("--%s: %s", option_name(option), why);
	}
	if (argc - optind != 2)
		return wrong_usage("an interface and a prefix of servers, no more and no less; "
				   "see synreply -h");
	why = complete(options, servers, argv + optind);
	return why ? wrong_usage("%s", why) : DONE;
}
