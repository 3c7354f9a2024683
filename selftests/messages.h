/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages to the module: what the specification says of them (tables that messages.py
 * prints), how they are made (compose.c) and spoiled (spoil.c), and what must come of them
 * (verdict.c, answers.c).
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
	KIND_FLAG,
	KIND_U8,
	KIND_U16,
	KIND_U32,
	KIND_U64,
	KIND_STRING,
	KIND_BINARY,
	KIND_NEST,
	KIND_PAD,
};

struct attribute;

/** struct set - the attributes that there may be at some place */
struct set {
	const struct attribute *attrs;
	unsigned int num;
};

/**
 * struct attribute - what is known of one
 * @name: in the specification
 * @type: its number
 * @kind: of what it holds
 * @min: least value that is allowed
 * @max: highest value, or length of a string
 * @low: least value that a good request has
 * @high: highest one
 * @chance: so many of 16 good requests have it
 * @needs: type of the one that must be there as well, 0 for none
 * @required: a request must have it
 * @multi: there may be several
 * @nest: what is in it, if it is a nest
 */
struct attribute {
	const char *name;
	uint16_t type;
	enum kind kind;
	uint64_t min, max;
	uint64_t low, high;
	unsigned int chance;
	uint16_t needs;
	bool required, multi;
	const struct set *nest;
};

enum way {
	WAY_DO,
	WAY_DUMP,
	WAY_EVENT,
};

/**
 * struct command - what is known of one
 * @name: in the specification
 * @cmd: its number
 * @way: how it is asked for
 * @admin: it takes CAP_NET_ADMIN
 * @request: attributes that a request may have; none at all is not looked at
 * @reply: those of an answer or event
 */
struct command {
	const char *name;
	uint8_t cmd;
	enum way way;
	bool admin;
	struct set request, reply;
};

extern const struct command commands[];
extern const unsigned int num_commands;

/* Stands for the family's number, which differs from one machine to the next. */
#define FAMILY		0x7fff
/* Room that a message takes at most. */
#define MESSAGE_MAX	(1 << 17)

#define ITEMS_MAX	8192

/**
 * struct item - an attribute that is being made
 * @spec: what it is to be, NULL if it is nothing that is known
 * @type: with its flags
 * @depth: 0, or 1 if it is inside the one of depth 0 before it, and so on
 * @lie: added to its length in its header, but not in truth
 * @data: what it holds
 * @len: of that
 */
struct item {
	const struct attribute *spec;
	uint16_t type;
	unsigned int depth;
	int lie;
	uint8_t *data;
	uint32_t len;
};

extern struct item items[ITEMS_MAX];
extern unsigned int num_items;

/* compose.c */
void random_seed(uint64_t seed);
uint64_t random64(void);
uint32_t random_below(uint32_t end);
bool one_in(uint32_t n);
#define PICK(array)	((array)[random_below(sizeof(array) / sizeof(*(array)))])

uint8_t *room(size_t len);
void fill(uint8_t *data, size_t len);
size_t width(enum kind kind);
void set_number(struct item *item, uint64_t value, size_t len);
size_t message_make(void *buf, uint32_t seq);

/* spoil.c */
void spoil_items(const struct set *set);
void spoil_header(struct nlmsghdr *nlh);

/* verdict.c */
const struct command *command_of(uint8_t cmd);
int verdict_request(const struct nlmsghdr *nlh, bool admin);
const char *verdict_reply(const struct nlmsghdr *nlh);

/**
 * struct sender - who asks, and what came of it
 * @family: number of the family
 * @admin: he has CAP_NET_ADMIN
 * @dump_text: this kernel tells why a family refuses a dump, as 6.1 does not
 * @faults: what was not as it must be
 * @taken: requests that were done
 * @refused: and those that were not
 * @shown: entries and other answers that hold something
 * @attempts: of these, attempts in care
 * @events: that were heard
 * @left: dumps that were begun and left
 */
struct sender {
	int family;
	bool admin, dump_text;
	unsigned int faults, taken, refused, shown, attempts, events, left;
};

extern struct sender sender;

/** struct status - the namespace at a glance */
struct status {
	uint32_t generation, policies, dests;
};

/* answers.c */
void fault(const struct nlmsghdr *nlh, const char *what, int number);
unsigned int take_apart(void *buf, size_t len);
struct nlmsghdr *request_at(unsigned int i);
void read_answers(int fd);
void read_events(int fd);
void check_requests(const struct status *before, const struct status *after);

#endif
