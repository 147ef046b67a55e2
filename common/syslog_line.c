/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog_line.c: heads, addresses and messages of log lines. */
#include "syslog_line.h"

#include <string.h>

#define HEAD_WORDS 3 /* a tag stands not farther behind the time */

static size_t
length_of(struct sl_piece p)
{
	return (size_t)(p.end - p.at);
}

/* Where `word` begins in the piece, or NULL. */
static const char *
find(struct sl_piece p, const char *word)
{
	return length_of(p) == 0
	           ? NULL
	           : memmem(p.at, length_of(p), word, strlen(word));
}

static void
copy(struct sl_piece p, char *out, size_t size)
{
	size_t length = length_of(p) < size ? length_of(p) : size - 1;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)p.at[i];

		out[i] = c < 0x20 || c == 0x7f ? '?' : (char)c;
	}
	out[length] = '\0';
}

static struct sl_piece
trim(struct sl_piece p)
{
	while (p.at < p.end && strchr(" \t\r\n", p.end[-1]) != NULL &&
	       p.end[-1] != '\0')
		p.end--;
	while (p.at < p.end && (*p.at == ' ' || *p.at == '\t'))
		p.at++;
	return p;
}

/* The next word, up to a space. */
static struct sl_piece
take_word(struct sl_piece *p)
{
	struct sl_piece word = { p->at, p->at };

	while (word.end < p->end && *word.end != ' ')
		word.end++;
	p->at = word.end;
	while (p->at < p->end && *p->at == ' ')
		p->at++;
	return word;
}

/* ---- addresses ---- */

static bool
is_ipv6_text(const char *text)
{
	int colons = 0;

	for (; *text != '\0' && *text != '%'; text++) {
		if (strchr("0123456789abcdef:.", *text) == NULL)
			return false;
		colons += *text == ':';
	}
	return colons >= 2;
}

static bool
set_ipv4(struct sl_log_line *line, const char *text)
{
	if (sl_addr_parse(text, &line->addr) != SL_OK)
		return false;
	line->has_addr = true;
	sl_addr_print(line->addr, line->client);
	return true;
}

/* "192.0.2.5", "::ffff:192.0.2.5", "2001:db8::5", "[2001:db8::5]". */
static bool
set_client(struct sl_log_line *line, struct sl_piece p)
{
	char text[SL_LOG_CLIENT_MAX + 1];
	size_t length;

	if (sl_log_take(&p, "[") && p.at < p.end && p.end[-1] == ']')
		p.end--;
	length = length_of(p);
	if (length == 0 || length > SL_LOG_CLIENT_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		text[i] = p.at[i] >= 'A' && p.at[i] <= 'F'
		              ? (char)(p.at[i] - 'A' + 'a')
		              : p.at[i];
	text[length] = '\0';
	if (strlen(text) != length)
		return false;
	if (set_ipv4(line, text) ||
	    (strncmp(text, "::ffff:", 7) == 0 && set_ipv4(line, text + 7)))
		return true;
	if (!is_ipv6_text(text))
		return false;
	copy((struct sl_piece){ text, text + length }, line->client,
	    sizeof(line->client));
	return true;
}

/* ---- messages of in.tftpd ---- */

/* What follows "RRQ from " or "WRQ from ". */
static bool
read_request(struct sl_log_line *line, struct sl_piece p, enum sl_log_kind kind)
{
	static const char *const marks[] = { " remapped to ", " served as " };
	struct sl_piece name;

	/* Some logs were published with the address taken out. */
	if (!sl_log_take(&p, "filename ")) {
		if (!set_client(line, take_word(&p)))
			line->client[0] = '\0';
		if (!sl_log_take(&p, "filename "))
			return false;
	}
	name = p;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *mark = find(name, marks[i]);

		if (mark == NULL)
			continue;
		name.end = mark;
		p.at = mark + strlen(marks[i]);
		copy(p, line->served, sizeof(line->served));
	}
	copy(name, line->file, sizeof(line->file));
	line->kind = kind;
	return length_of(name) > 0;
}

/* "1, File not found) to 192.0.2.5" */
static bool
read_nak(struct sl_log_line *line, struct sl_piece p)
{
	const char *to;

	if (!sl_log_take_number(&p, 5, &line->code) || !sl_log_take(&p, ", "))
		return false;
	line->kind = SL_LOG_NAK;
	to = find(p, ") to ");
	if (to != NULL)
		(void)set_client(line, (struct sl_piece){ to + 5, p.end });
	return true;
}

/* "192.0.2.5 finished NAME" */
static bool
read_finished(struct sl_log_line *line, struct sl_piece p)
{
	if (!set_client(line, take_word(&p)) || !sl_log_take(&p, "finished "))
		return false;
	line->kind = SL_LOG_FINISHED;
	copy(p, line->file, sizeof(line->file));
	return true;
}

/* in.tftpd 7.x puts the client first: "192.0.2.5: read completed: NAME". */
static bool
read_client_first(struct sl_log_line *line, struct sl_piece p)
{
	static const char *const failures[] = { "read(ack): ", "write: ",
		"read: ", "client rejected negotiated options" };
	struct sl_piece word = take_word(&p);

	if (length_of(word) < 2 || word.end[-1] != ':')
		return false;
	word.end--;
	if (!set_client(line, word))
		return false;
	if (sl_log_take(&p, "read completed: ")) {
		line->kind = SL_LOG_FINISHED;
		copy(p, line->file, sizeof(line->file));
	} else if (sl_log_take(&p, "file not found: ")) {
		line->kind = SL_LOG_NAK;
		line->code = 1;
	} else if (sl_log_take(&p, "sending ERROR ")) {
		if (sl_log_take_number(&p, 5, &line->code))
			line->kind = SL_LOG_NAK;
	}
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if (sl_log_take(&p, failures[i]))
			line->kind = SL_LOG_FAILED;
	return true;
}

static void
read_message(struct sl_log_line *line, struct sl_piece p)
{
	static const char *const levels[] = {
		"notice: ", "info: ", "warning: ", "error: ", "debug: "
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		(void)sl_log_take(&p, levels[i]);
	copy(p, line->text, sizeof(line->text));
	if (sl_log_take(&p, "RRQ from ")) {
		if (!read_request(line, p, SL_LOG_RRQ))
			line->kind = SL_LOG_OTHER;
	} else if (sl_log_take(&p, "WRQ from ")) {
		if (!read_request(line, p, SL_LOG_WRQ))
			line->kind = SL_LOG_OTHER;
	} else if (sl_log_take(&p, "sending NAK (")) {
		(void)read_nak(line, p);
	} else if (sl_log_take(&p, "Client ")) {
		(void)read_finished(line, p);
	} else if (sl_log_take(&p, "tftpd: read") ||
	           sl_log_take(&p, "tftpd: write") ||
	           sl_log_take(&p, "tftpd: oack")) {
		line->kind = SL_LOG_FAILED;
	} else {
		(void)read_client_first(line, p);
	}
}

/* "in.tftpd[24929]:", also with a path before it. */
static bool
is_tag(struct sl_piece p, int *pid)
{
	const char *slash;

	if (length_of(p) == 0 || p.end[-1] != ':')
		return false;
	p.end--;
	slash = memrchr(p.at, '/', length_of(p));
	if (slash != NULL)
		p.at = slash + 1;
	(void)sl_log_take(&p, "in.");
	if (!sl_log_take(&p, "tftpd"))
		return false;
	*pid = 0;
	if (sl_log_take(&p, "[") &&
	    (!sl_log_take_number(&p, 9, pid) || !sl_log_take(&p, "]")))
		return false;
	return p.at == p.end;
}

static bool
read_syslog(
    struct sl_piece p, struct sl_log_clock *clock, struct sl_log_line *line)
{
	struct sl_log_clock then = *clock;
	int priority;

	if (sl_log_take(&p, "<") &&
	    (!sl_log_take_number(&p, 3, &priority) || !sl_log_take(&p, ">")))
		return false;
	if (!sl_log_take_time(&p, &then, &line->time_us) ||
	    !sl_log_take(&p, " "))
		return false;
	for (int i = 0; i < HEAD_WORDS; i++) {
		if (!is_tag(take_word(&p), &line->pid))
			continue;
		*clock = then;
		read_message(line, p);
		return true;
	}
	return false;
}

/* ---- messages of tftpd32 ---- */

/* What stands in <>, as tftpd32 writes file names. */
static bool
read_quoted(struct sl_log_line *line, struct sl_piece p)
{
	const char *close;

	if (!sl_log_take(&p, "<"))
		return false;
	close = memchr(p.at, '>', length_of(p));
	if (close == NULL || close == p.at)
		return false;
	p.end = close;
	copy(p, line->file, sizeof(line->file));
	return true;
}

static void
read_dhcp(struct sl_log_line *line, struct sl_piece p)
{
	char text[SL_MAC_TEXT];
	const char *mac = find(p, "Mac ");

	if (mac == NULL)
		return;
	p.at = mac + 4;
	copy(take_word(&p), text, sizeof(text));
	if (sl_mac_parse(text, &line->mac) != SL_OK)
		return;
	line->has_mac = true;
	line->kind = SL_LOG_DHCP;
}

/* "Previously allocated address 192.0.2.5 acked"; it may be left out. */
static void
read_lease(struct sl_log_line *line, struct sl_piece p)
{
	struct sl_piece word = take_word(&p);

	if (set_client(line, word))
		word = take_word(&p);
	if (length_of(word) == 5 && memcmp(word.at, "acked", 5) == 0)
		line->kind = SL_LOG_LEASE;
}

static void
read_tftpd32(struct sl_log_line *line, struct sl_piece p)
{
	copy(p, line->text, sizeof(line->text));
	if (sl_log_take(&p, "Rcvd DHCP ")) {
		read_dhcp(line, p);
	} else if (sl_log_take(&p, "Previously allocated address ")) {
		read_lease(line, p);
	} else if (sl_log_take(&p, "Connection received from ")) {
		if (set_client(line, take_word(&p)))
			line->kind = SL_LOG_CONNECT;
	} else if (sl_log_take(&p, "Read request for file ")) {
		if (read_quoted(line, p))
			line->kind = SL_LOG_RRQ;
	} else if (sl_log_take(&p, "File ")) {
		if (read_quoted(line, p) && find(p, "> : error") != NULL) {
			line->kind = SL_LOG_NAK;
			line->code = 1;
		}
	} else if (read_quoted(line, p)) {
		if (find(p, ">: sent ") != NULL)
			line->kind = SL_LOG_FINISHED;
	}
}

/* "MESSAGE [14/01 08:49:07.144]" */
static bool
read_bracketed(
    struct sl_piece p, struct sl_log_clock *clock, struct sl_log_line *line)
{
	struct sl_log_clock then = *clock;
	struct sl_piece time;
	const char *open;

	if (length_of(p) == 0 || p.end[-1] != ']')
		return false;
	open = memrchr(p.at, '[', length_of(p));
	if (open == NULL)
		return false;
	time = (struct sl_piece){ open + 1, p.end - 1 };
	if (!sl_log_take_day_time(&time, &then, &line->time_us) ||
	    time.at != time.end)
		return false;
	*clock = then;
	read_tftpd32(line, trim((struct sl_piece){ p.at, open }));
	return true;
}

enum sl_rc
sl_log_line_parse(const char *data, size_t length, struct sl_log_clock *clock,
    struct sl_log_line *line)
{
	struct sl_piece p = { data, data };

	memset(line, 0, sizeof(*line));
	if (length > SL_LOG_LINE_MAX)
		length = SL_LOG_LINE_MAX;
	if (length > 0)
		p.end += length;
	p = trim(p);
	if (read_syslog(p, clock, line))
		return SL_OK;
	memset(line, 0, sizeof(*line));
	return read_bracketed(p, clock, line) ? SL_OK : SL_NONE;
}
