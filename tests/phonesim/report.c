/* SPDX-License-Identifier: BSD-2-Clause */
/* report.c: builds one event in memory and writes it as one line. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "report.h"

static void
add(char *buffer, size_t room, size_t *length, const char *format, va_list args)
{
	int n = vsnprintf(buffer + *length, room - *length, format, args);

	if (n < 0)
		return;
	*length += (size_t)n;
	if (*length >= room)
		*length = room - 1;
}

__attribute__((format(printf, 2, 3))) static void
json(struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report->json, sizeof(report->json), &report->json_length, format,
	    args);
	va_end(args);
}

__attribute__((format(printf, 2, 3))) static void
text(struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report->text, sizeof(report->text), &report->text_length, format,
	    args);
	va_end(args);
}

static void
json_string(struct report *report, const uint8_t *data, size_t length)
{
	json(report, "\"");
	for (size_t i = 0; i < length; i++) {
		if (data[i] == '"' || data[i] == '\\')
			json(report, "\\%c", data[i]);
		else if (data[i] < 0x20 || data[i] > 0x7e)
			json(report, "\\u%04x", data[i]);
		else
			json(report, "%c", data[i]);
	}
	json(report, "\"");
}

static void
add_text(
    struct report *report, const char *key, const uint8_t *data, size_t length)
{
	json(report, ",\"%s\":", key);
	json_string(report, data, length);
	text(report, " %s=", key);
	for (size_t i = 0; i < length; i++)
		text(report, "%c",
		    data[i] < 0x20 || data[i] > 0x7e ? '.' : data[i]);
}

void
report_line(struct report *report, const char *key, const uint8_t *data,
    size_t length, size_t max)
{
	size_t n = 0;

	while (n < length && n < max && data[n] != '\0' && data[n] != '\r' &&
	       data[n] != '\n')
		n++;
	add_text(report, key, data, n);
}

void
report_str(struct report *report, const char *key, const char *value)
{
	add_text(report, key, (const uint8_t *)value, strlen(value));
}

void
report_int(struct report *report, const char *key, uint64_t value)
{
	json(report, ",\"%s\":%" PRIu64, key, value);
	text(report, " %s=%" PRIu64, key, value);
}

void
report_fnv(struct report *report, const char *key, uint64_t value)
{
	json(report, ",\"%s\":\"%016" PRIx64 "\"", key, value);
	text(report, " %s=%016" PRIx64, key, value);
}

void
report_hex(
    struct report *report, const char *key, const uint8_t *data, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	if (data == NULL) {
		json(report, ",\"%s\":null", key);
		text(report, " %s=-", key);
		return;
	}
	json(report, ",\"%s\":\"", key);
	text(report, " %s=", key);
	for (size_t i = 0; i < length; i++) {
		json(
		    report, "%c%c", digits[data[i] >> 4], digits[data[i] & 15]);
		text(
		    report, "%c%c", digits[data[i] >> 4], digits[data[i] & 15]);
	}
	json(report, "\"");
}

void
report_addr(struct report *report, const char *key, struct in_addr addr)
{
	char dotted[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &addr, dotted, sizeof(dotted));
	report_str(report, key, dotted);
}

void
report_begin(struct report *report, const char *mac, struct in_addr ip,
    const char *event)
{
	double t = (double)report->loop->now_us / 1e6;
	char dotted[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &ip, dotted, sizeof(dotted));
	report->json_length = 0;
	report->text_length = 0;
	json(report, "{\"t\":%.3f,\"mac\":\"%s\",\"ip\":", t, mac);
	if (ip.s_addr == 0)
		json(report, "null");
	else
		json(report, "\"%s\"", dotted);
	json(report, ",\"event\":\"%s\"", event);
	text(report, "%9.3f %s %-15s %s", t, mac, ip.s_addr == 0 ? "-" : dotted,
	    event);
}

void
report_end(struct report *report)
{
	if (report->events != NULL) {
		fprintf(report->events, "%s}\n", report->json);
		fflush(report->events);
	}
	if (report->verbose)
		printf("%s\n", report->text);
}
