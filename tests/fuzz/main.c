/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c: drives a fuzz target where libFuzzer is not to be had.
 *
 *     fuzz_x [-runs=N] [-seed=N] [-max_total_time=SECONDS] [FILE...]
 *
 * Each FILE is fed as it is, then mutated; without -runs and
 * -max_total_time the files alone are fed.  The options are libFuzzer's.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEEDS_MAX 1024
#define INPUT_MAX (64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

struct seed {
	uint8_t *data;
	size_t length;
};

static struct seed seeds[SEEDS_MAX] = { { NULL, 0 } };
static size_t seed_count = 0;
static uint64_t state = 1;

/* xorshift64: the same seed gives the same run on every machine. */
static uint64_t
any(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/* In memory of exactly its size, so that AddressSanitizer sees its end. */
static void
feed(const uint8_t *data, size_t length)
{
	uint8_t *exact = malloc(length > 0 ? length : 1);

	if (exact == NULL)
		abort();
	if (length > 0)
		memcpy(exact, data, length);
	(void)LLVMFuzzerTestOneInput(exact, length);
	free(exact);
}

static bool
read_seed(const char *path)
{
	FILE *in = fopen(path, "rb");
	uint8_t *data = malloc(INPUT_MAX);

	if (in == NULL || data == NULL || seed_count == SEEDS_MAX) {
		perror(path);
		if (in != NULL)
			fclose(in);
		free(data);
		return false;
	}
	seeds[seed_count].data = data;
	seeds[seed_count].length = fread(data, 1, INPUT_MAX, in);
	fclose(in);
	feed(data, seeds[seed_count].length);
	seed_count++;
	return true;
}

/* One change of the kind that finds most: an octet, a cut, a copy. */
static size_t
mutate(uint8_t *data, size_t length)
{
	static const uint8_t odd[] = { 0, 1, 2, 13, 14, '\n', '\r', '.', '/',
		0x7f, 0x80, 0xff };
	size_t at = length > 0 ? any(length) : 0;
	size_t n = 1 + any(16);

	switch (any(5)) {
	case 0: /* another octet */
		if (length > 0)
			data[at] = (uint8_t)any(256);
		return length;
	case 1: /* an octet that means something to a reader */
		if (length > 0)
			data[at] = odd[any(sizeof(odd))];
		return length;
	case 2: /* cut */
		return at;
	case 3: /* grow by noise */
		for (; n > 0 && length < INPUT_MAX; n--)
			data[length++] = (uint8_t)any(256);
		return length;
	default: /* double a piece of itself */
		if (n > length - at)
			n = length - at;
		if (n > INPUT_MAX - length)
			n = INPUT_MAX - length;
		memmove(data + at + n, data + at, length - at);
		return length + n;
	}
}

static void
feed_mutated(void)
{
	static uint8_t data[INPUT_MAX];
	size_t length = 0;

	if (seed_count > 0) {
		const struct seed *seed = &seeds[any(seed_count)];

		length = seed->length;
		memcpy(data, seed->data, length);
	}
	for (uint64_t changes = 1 + any(8); changes > 0; changes--)
		length = mutate(data, length);
	feed(data, length);
}

static bool
option(const char *arg, const char *name, uint64_t *value)
{
	if (strncmp(arg, name, strlen(name)) != 0)
		return false;
	*value = strtoull(arg + strlen(name), NULL, 10);
	return true;
}

int
main(int argc, char **argv)
{
	uint64_t runs = 0, seconds = 0, done = 0;
	time_t start = time(NULL);

	for (int i = 1; i < argc; i++) {
		if (option(argv[i], "-runs=", &runs) ||
		    option(argv[i], "-seed=", &state) ||
		    option(argv[i], "-max_total_time=", &seconds))
			continue;
		if (argv[i][0] == '-' || !read_seed(argv[i])) {
			fprintf(stderr, "%s: can not use it\n", argv[i]);
			return 2;
		}
	}
	if (state == 0)
		state = 1; /* 0 would stay 0 */
	feed(NULL, 0);
	while ((runs > 0 || seconds > 0) && (runs == 0 || done < runs)) {
		if (seconds > 0 && done % 1024 == 0 &&
		    (uint64_t)(time(NULL) - start) >= seconds)
			break;
		feed_mutated();
		done++;
	}
	printf("%zu files, %llu mutations\n", seed_count,
	    (unsigned long long)done);
	for (size_t i = 0; i < seed_count; i++)
		free(seeds[i].data);
	return 0;
}
