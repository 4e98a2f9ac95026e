/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was measured, by name, in the order in which it came. Filled by measure.c and data.c, read by
 * report.c. Nothing is thrown away: outliers are for the reader to see.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

const bench_series *bench_find(const bench *b, const char *name) {
  for (const bench_series *series = b->first; series; series = series->next)
    if (strcmp(series->name, name) == 0) return series;
  return NULL;
}

void bench_sample(bench *b, double value, const char *format, ...) {
  char name[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(name, sizeof name, format, arguments);
  va_end(arguments);
  bench_series *series = (bench_series *)bench_find(b, name);
  if (!series) {
    series = SBE_NEW(b->arena, bench_series);
    series->name = sbe_arena_strdup(b->arena, name);
    *b->last = series;
    b->last = &series->next;
  }
  series->values = sbe_grow(series->values, series->n, &series->capacity, sizeof *series->values);
  series->values[series->n++] = value;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double bench_median(const bench *b, const char *name) {
  const bench_series *series = bench_find(b, name);
  if (!series) return NAN;
  double *sorted = sbe_xmalloc(series->n * sizeof *sorted);
  memcpy(sorted, series->values, series->n * sizeof *sorted);
  qsort(sorted, series->n, sizeof *sorted, compare);
  double median = (sorted[(series->n - 1) / 2] + sorted[series->n / 2]) / 2;
  free(sorted);
  return median;
}

double bench_least(const bench_series *series) {
  double least = series->values[0];
  for (size_t i = 1; i < series->n; i++) least = fmin(least, series->values[i]);
  return least;
}

double bench_greatest(const bench_series *series) {
  double greatest = series->values[0];
  for (size_t i = 1; i < series->n; i++) greatest = fmax(greatest, series->values[i]);
  return greatest;
}
