/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog_time.c: the times at the head of log lines, with a year or without. */
#include "syslog_line.h"

#include <string.h>

#define US INT64_C(1000000)
#define DAY_US (86400 * US)
#define YEAR_FIRST 1970
#define YEAR_LAST 9999

struct moment {
	int year, month, day, hour, minute, second;
	int microsecond;
	int east_minutes; /* of UTC */
};

bool
sl_log_take(struct sl_piece *piece, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(piece->end - piece->at) < length ||
	    memcmp(piece->at, word, length) != 0)
		return false;
	piece->at += length;
	return true;
}

bool
sl_log_take_number(struct sl_piece *piece, int most, int *number)
{
	int value = 0, digits = 0;

	while (piece->at < piece->end && digits < most && digits < 9 &&
	       *piece->at >= '0' && *piece->at <= '9') {
		value = value * 10 + (*piece->at++ - '0');
		digits++;
	}
	*number = value;
	return digits > 0;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static bool
is_sane(const struct moment *m)
{
	/* Of a day without a year nobody knows whether it is a leap year's. */
	return m->month >= 1 && m->month <= 12 && m->day >= 1 &&
	       m->day <= days_in(m->year == 0 ? 2000 : m->year, m->month) &&
	       m->hour <= 23 && m->minute <= 59 && m->second <= 60 &&
	       (m->year == 0 ||
	           (m->year >= YEAR_FIRST && m->year <= YEAR_LAST));
}

static int64_t
since_1970(const struct moment *m)
{
	int64_t past = m->year - 1;
	int64_t days = 365 * past + past / 4 - past / 100 + past / 400 - 719162;

	for (int month = 1; month < m->month; month++)
		days += days_in(m->year, month);
	days += m->day - 1;
	return days * DAY_US +
	       ((m->hour * 60 + m->minute - m->east_minutes) * INT64_C(60) +
	           m->second) *
	           US +
	       m->microsecond;
}

static int
year_of(int64_t usec)
{
	struct moment m = { .year = YEAR_FIRST, .month = 1, .day = 1 };

	while (m.year < YEAR_LAST) {
		m.year++;
		if (since_1970(&m) > usec)
			return m.year - 1;
	}
	return YEAR_LAST;
}

static int64_t
in_year(struct moment *m, int year)
{
	m->year = year;
	return since_1970(m);
}

/* Gives the moment its year. */
static void
find_year(struct moment *m, struct sl_log_clock *clock)
{
	int year = clock->year;

	if (year == 0) {
		year = year_of(clock->now_us);
		if (in_year(m, year) > clock->now_us + DAY_US)
			year--;
	} else if (clock->last_us != 0) {
		/* Half a year back is no disorder: it is the next January. */
		if (in_year(m, year) < clock->last_us - 180 * DAY_US)
			year++;
		else if (clock->last_us - in_year(m, year - 1) <= DAY_US)
			year--;
	}
	if (year < YEAR_FIRST)
		year = YEAR_FIRST;
	if (year > YEAR_LAST)
		year = YEAR_LAST;
	if (in_year(m, year) > clock->last_us) {
		clock->last_us = in_year(m, year);
		clock->year = year;
	}
}

static bool
take_clock(struct sl_piece *p, struct moment *m)
{
	return sl_log_take_number(p, 2, &m->hour) && sl_log_take(p, ":") &&
	       sl_log_take_number(p, 2, &m->minute) && sl_log_take(p, ":") &&
	       sl_log_take_number(p, 2, &m->second);
}

/* ".144" or ".123456", or nothing. */
static void
take_fraction(struct sl_piece *p, struct moment *m)
{
	int unit = 100000, digit;

	if (!sl_log_take(p, "."))
		return;
	while (sl_log_take_number(p, 1, &digit)) {
		m->microsecond += digit * unit;
		unit /= 10;
	}
}

/* "Z", "+01:00", "+0100", or nothing. */
static bool
take_zone(struct sl_piece *p, struct moment *m)
{
	int hours, minutes, sign;

	if (sl_log_take(p, "Z"))
		return true;
	if (sl_log_take(p, "+"))
		sign = 1;
	else if (sl_log_take(p, "-"))
		sign = -1;
	else
		return true;
	if (!sl_log_take_number(p, 2, &hours))
		return false;
	(void)sl_log_take(p, ":");
	if (!sl_log_take_number(p, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	m->east_minutes = sign * (hours * 60 + minutes);
	return true;
}

static bool
take_iso(struct sl_piece *p, struct moment *m)
{
	if (!sl_log_take_number(p, 4, &m->year) || !sl_log_take(p, "-") ||
	    !sl_log_take_number(p, 2, &m->month) || !sl_log_take(p, "-") ||
	    !sl_log_take_number(p, 2, &m->day) ||
	    (!sl_log_take(p, "T") && !sl_log_take(p, " ")) || !take_clock(p, m))
		return false;
	take_fraction(p, m);
	return take_zone(p, m) && m->year != 0;
}

static bool
take_month(struct sl_piece *p, int *month)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (int i = 0; i < 12; i++)
		if (sl_log_take(p, names[i])) {
			*month = i + 1;
			return true;
		}
	return false;
}

static bool
take_bsd(struct sl_piece *p, struct moment *m)
{
	if (!take_month(p, &m->month) || !sl_log_take(p, " "))
		return false;
	(void)sl_log_take(p, " ");
	if (!sl_log_take_number(p, 2, &m->day) || !sl_log_take(p, " ") ||
	    !take_clock(p, m))
		return false;
	take_fraction(p, m);
	return true;
}

static bool
finish(struct moment *m, struct sl_log_clock *clock, int64_t *time_us)
{
	if (!is_sane(m))
		return false;
	if (m->year == 0)
		find_year(m, clock);
	*time_us = since_1970(m);
	return true;
}

bool
sl_log_take_time(
    struct sl_piece *piece, struct sl_log_clock *clock, int64_t *time_us)
{
	struct sl_piece start = *piece;
	struct moment m = { 0 };

	if (!take_bsd(piece, &m)) {
		*piece = start;
		m = (struct moment){ 0 };
		if (!take_iso(piece, &m))
			return false;
	}
	return finish(&m, clock, time_us);
}

bool
sl_log_take_day_time(
    struct sl_piece *piece, struct sl_log_clock *clock, int64_t *time_us)
{
	struct moment m = { 0 };

	if (!sl_log_take_number(piece, 2, &m.day) || !sl_log_take(piece, "/") ||
	    !sl_log_take_number(piece, 2, &m.month) ||
	    !sl_log_take(piece, " ") || !take_clock(piece, &m))
		return false;
	take_fraction(piece, &m);
	return finish(&m, clock, time_us);
}
