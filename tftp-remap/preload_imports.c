/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_imports.c: look at the main program itself, so that an in.tftpd
 * which receives in a way unknown here is noticed and left alone.
 */
#include "preload_host.h"

#include <elf.h>
#include <link.h>
#include <string.h>

struct program {
	uintptr_t base;
	const ElfW(Phdr) * segment;
	size_t segments;
};

/* The main program comes first in the list. */
static int
take_first(struct dl_phdr_info *info, size_t size, void *data)
{
	struct program *program = data;

	(void)size;
	program->base = info->dlpi_addr;
	program->segment = info->dlpi_phdr;
	program->segments = info->dlpi_phnum;
	return 1;
}

static const struct program *
find_program(void)
{
	static struct program program;

	if (program.segment == NULL)
		dl_iterate_phdr(take_first, &program);
	return &program;
}

bool
sl_host_has_code(const void *address)
{
	const struct program *program = find_program();

	for (size_t i = 0; i < program->segments; i++) {
		const ElfW(Phdr) *segment = &program->segment[i];
		uintptr_t start = program->base + segment->p_vaddr;

		if (segment->p_type == PT_LOAD &&
		    (segment->p_flags & PF_X) != 0 &&
		    (uintptr_t)address - start < segment->p_memsz)
			return true;
	}
	return false;
}

/* What the dynamic section says about imported symbols. */
struct tables {
	const ElfW(Sym) * symbols;
	const char *names;
	const ElfW(Rela) * relocations[2]; /* for data, for calls */
	size_t sizes[2];                   /* octets */
};

struct imports {
	bool receives, forks;
	const char *unknown;
};

/* glibc relocates these addresses in place, but not on every machine. */
static const void *
at(const struct program *program, ElfW(Addr) address)
{
	if (address < program->base)
		address += program->base;
	return (const void *)address;
}

static void
read_dynamic(const struct program *program, const ElfW(Dyn) * entry,
    struct tables *tables)
{
	for (; entry->d_tag != DT_NULL; entry++) {
		switch (entry->d_tag) {
		case DT_SYMTAB:
			tables->symbols = at(program, entry->d_un.d_ptr);
			break;
		case DT_STRTAB:
			tables->names = at(program, entry->d_un.d_ptr);
			break;
		case DT_RELA:
			tables->relocations[0] = at(program, entry->d_un.d_ptr);
			break;
		case DT_RELASZ:
			tables->sizes[0] = entry->d_un.d_val;
			break;
		case DT_JMPREL:
			tables->relocations[1] = at(program, entry->d_un.d_ptr);
			break;
		case DT_PLTRELSZ:
			tables->sizes[1] = entry->d_un.d_val;
			break;
		default:
			break;
		}
	}
}

static void
take_import(struct imports *imports, const char *name)
{
	static const char *const receivers[] = { "recvmsg", "recvfrom",
		"__recvfrom_chk" };

	if (strcmp(name, "recvmmsg") == 0 || strcmp(name, "sendmmsg") == 0 ||
	    strncmp(name, "io_uring_", 9) == 0)
		imports->unknown = name;
	if (strcmp(name, "fork") == 0)
		imports->forks = true;
	for (size_t i = 0; i < sizeof(receivers) / sizeof(*receivers); i++) {
		if (strcmp(name, receivers[i]) == 0)
			imports->receives = true;
	}
}

static void
read_imports(struct imports *imports)
{
	const struct program *program = find_program();
	struct tables tables = { 0 };

	for (size_t i = 0; i < program->segments; i++) {
		if (program->segment[i].p_type == PT_DYNAMIC)
			read_dynamic(program,
			    (const void *)(program->base +
			                   program->segment[i].p_vaddr),
			    &tables);
	}
	if (tables.symbols == NULL || tables.names == NULL)
		return;
	for (size_t t = 0; t < 2; t++) {
		const ElfW(Rela) *relocation = tables.relocations[t];

		if (relocation == NULL)
			continue;
		for (size_t n = tables.sizes[t] / sizeof(*relocation); n > 0;
		     n--, relocation++) {
			size_t symbol = ELF64_R_SYM(relocation->r_info);

			take_import(imports,
			    tables.names + tables.symbols[symbol].st_name);
		}
	}
}

const char *
sl_host_misfit(void)
{
	struct imports imports = { 0 };

	read_imports(&imports);
	if (imports.unknown != NULL)
		return imports.unknown;
	if (!imports.receives)
		return "no recvmsg or recvfrom";
	if (!imports.forks)
		return "no fork";
	return NULL;
}
