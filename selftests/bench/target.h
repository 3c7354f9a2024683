/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include "cell.h"

unsigned int target_check(const struct cell *cells,
			  struct figures (*figures)[CONTENDERS],
			  unsigned int num, json_t *result);

#endif /* BENCH_TARGET_H */
