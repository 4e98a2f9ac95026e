/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and timestamps of the proleptic Gregorian calendar in UTC, without locale or time zone of
 * the machine. A date is days since 1970-01-01, a timestamp microseconds since its midnight.
 * Years 0001 to 9999.
 */
#ifndef SBE_CORE_DATE_H
#define SBE_CORE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SBE_DAY_US INT64_C(86400000000)
#define SBE_SECOND_US INT64_C(1000000)

typedef int64_t sbe_date;
typedef int64_t sbe_timestamp;

/* 9999-12-31 23:59:59.999999 */
#define SBE_LAST_TIMESTAMP INT64_C(253402300799999999)

/* "YYYY-MM-DD". */
bool sbe_date_parse(const char *text, size_t size, sbe_date *ret_date);
/* "YYYY-MM-DD", "YYYY-MM-DD[ T]HH:MM[:SS[.f{1,9}]][Z|+HH[:MM]|-HH[:MM]| UTC]". Digits past microseconds are cut. */
bool sbe_timestamp_parse(const char *text, size_t size, sbe_timestamp *ret_timestamp);
/* "YYYY-MM-DD", with its NUL 11 bytes. */
void sbe_date_format(sbe_date date, char ret_text[16]);
/* "YYYY-MM-DD HH:MM:SS", with ".ffffff" when there are microseconds; at most 27 bytes with its NUL. */
void sbe_timestamp_format(sbe_timestamp timestamp, char ret_text[32]);
/* Floor, also before 1970. */
sbe_date sbe_timestamp_date(sbe_timestamp timestamp);
/* The machine's clock. */
sbe_timestamp sbe_timestamp_now(void);
/* A clock that never goes back, for durations. */
int64_t sbe_monotonic_us(void);

#endif
