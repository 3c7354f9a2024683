// SPDX-License-Identifier: GPL-2.0
/*
 * How long does it take to set up a connection, and to give up a dead server; how
 * often is a living one given up; what does it cost?  Over a matrix of round-trip
 * time, jitter and loss, for each contender, in virtual time, from a fixed seed:
 * the output is the same each time, byte for byte.
 *
 *	timing [--check]
 *
 * prints JSON. Ends with 1 if a target is missed where it was not before. --check
 * tries fewer connections, and fewer contenders.
 */
#include <stdio.h>

#include "cell.h"
#include "overload.h"
#include "target.h"

#define SEED			20250101
#define CONNECTIONS		1000000U
#define CONNECTIONS_CHECK	50000U

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

static const u32 rtts[] = { 1, 20, 100, 300 };
static const u32 jitters[] = { 0, 30 };
static const u32 losses[] = { 0, 1, 5, 10, 20 };

#define CELLS_MAX (ARRAY_SIZE(rtts) * ARRAY_SIZE(jitters) * ARRAY_SIZE(losses) * 2)

static struct cell cells[CELLS_MAX];
static struct figures figures[CELLS_MAX][CONTENDERS];
static unsigned int num_cells;

static void fill_cells(void)
{
	unsigned int r, j, l, b;

	for (r = 0; r < ARRAY_SIZE(rtts); r++)
		for (j = 0; j < ARRAY_SIZE(jitters); j++)
			for (l = 0; l < ARRAY_SIZE(losses); l++)
				for (b = 0; b < (losses[l] ? 2 : 1); b++)
					cells[num_cells++] = (struct cell) {
						rtts[r], jitters[j], losses[l], b
					};
}

static void print(json_t *json, const char *after)
{
	json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(json);
	fputs(after, stdout);
}

static void print_overload(void)
{
	struct overload overload;
	unsigned int c;
	bool first = true;

	printf("\"overload\":{\"parameters\":");
	print(overload_parameters(), ",\n\"contenders\":[\n");
	for (c = 0; c < CONTENDERS; c++) {
		if (c == PATIENT)
			continue;
		overload_run(c, SEED, &overload);
		fputs(first ? "" : ",\n", stdout);
		print(overload_json(c, &overload), "");
		overload_free(&overload);
		first = false;
	}
	puts("\n]},");
}

/* Is it of interest? */
static bool competes(enum contender contender, const struct cell *cell, bool quick)
{
	if (quick)
		return contender == LINUX || contender == FIXED ||
		       contender == ADAPTIVE;
	return contender <= ADAPTIVE || (contender == PATIENT && cell->rtt >= 100);
}

int main(int argc, char *argv[])
{
	bool quick = argc == 2 && !strcmp(argv[1], "--check"), first = true;
	json_t *targets = json_array();
	unsigned int i, c, missed;

	if (argc > 1 && !quick) {
		fprintf(stderr, "usage: timing [--check]\n");
		return 2;
	}
	fill_cells();
	printf("{\"seed\":%d,\"cells\":[\n", SEED);
	for (i = 0; i < num_cells; i++)
		for (c = 0; c < CONTENDERS; c++) {
			if (!competes(c, &cells[i], quick))
				continue;
			cell_measure(&cells[i], c, fate(SEED, i), quick ?
				     CONNECTIONS_CHECK : CONNECTIONS,
				     &figures[i][c]);
			fputs(first ? "" : ",\n", stdout);
			print(cell_figures_json(&cells[i], c, &figures[i][c]), "");
			first = false;
		}
	puts("\n],");
	if (!quick)
		print_overload();
	missed = target_check(cells, figures, num_cells, targets);
	printf("\"targets\":");
	print(targets, "}\n");
	return missed ? 1 : 0;
}
