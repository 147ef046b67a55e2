/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.h: what every check_noun.c needs beside Check itself. */
#ifndef SL_TESTS_SUITE_H
#define SL_TESTS_SUITE_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * A copy that ends where an unreadable page begins, so that one octet read too
 * many ends the test, with or without a sanitizer.  Lives until the test ends.
 */
static inline void *
suite_at_edge(const void *data, size_t length)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (length + page - 1) / page * page;
	uint8_t *all = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED || mprotect(all + room, page, PROT_NONE) != 0)
		abort();
	if (length > 0)
		memcpy(all + room - length, data, length);
	return all + room - length;
}

/* The same for a text and its NUL. */
static inline char *
suite_text_at_edge(const char *text)
{
	return suite_at_edge(text, strlen(text) + 1);
}

/* Runs all; prints as CK_VERBOSITY says; the exit status of main(). */
static inline int
suite_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}

#endif
