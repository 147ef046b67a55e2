/* SPDX-License-Identifier: BSD-2-Clause */
/* err.c: writes the sentence of a failure into the caller's buffer. */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum sl_rc
sl_fail(struct sl_err *err, enum sl_rc rc, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list args;
	int n;

	if (err == NULL)
		return rc;
	/* Aside first: err->text itself may be among the arguments. */
	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0)
		text[0] = '\0';
	memcpy(err->text, text, strlen(text) + 1);
	return rc;
}
