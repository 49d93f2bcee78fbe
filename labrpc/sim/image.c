/*
 * image.c - finds the writable parts of a library through the loader's own
 * tables, and keeps a copy of them.
 *
 * The part that the loader makes read-only once it has filled in addresses
 * (RELRO) is none of them.  Addresses have been filled in before the copy is
 * taken, for libraries are loaded with RTLD_NOW.
 */
#define _GNU_SOURCE 1 /* dl_iterate_phdr() */

#include "labrpc/sim/image.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labrpc/fatal.h"

/* A library has one such part, seldom two. */
#define PARTS_MAX 4

struct part {
	char *at, *copy;
	size_t bytes;
	char *notes; /* for image_beside(), or NULL */
	size_t notes_bytes;
};

struct image {
	struct part parts[PARTS_MAX];
	int n;
	bool has_tls;
	uintptr_t base, end; /* of the library */
	struct image *next;
};

static struct image *images; /* all of them */

struct search {
	uintptr_t address;
	struct image *image; /* NULL: not found */
};

static bool contains(const struct dl_phdr_info *info, uintptr_t address)
{
	int i;

	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD &&
		    address - (info->dlpi_addr + segment->p_vaddr) <
			    segment->p_memsz)
			return true;
	}
	return false;
}

/* Where the read-only part of the library of INFO ends; 0: it has none. */
static uintptr_t end_of_relro(const struct dl_phdr_info *info)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	int i;

	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_GNU_RELRO)
			return (info->dlpi_addr + segment->p_vaddr +
				segment->p_memsz) / page * page;
	}
	return 0;
}

static void add_part(struct image *image, uintptr_t from, uintptr_t to)
{
	struct part *part = &image->parts[image->n];

	if (from >= to)
		return;
	if (image->n == PARTS_MAX)
		lab_fatal("a library has more than %d writable parts",
			  PARTS_MAX);
	part->at = (char *)from;
	part->bytes = to - from;
	part->copy = malloc(part->bytes);
	if (part->copy == NULL)
		lab_fatal("no memory for %zu bytes of variables",
			  part->bytes);
	memcpy(part->copy, part->at, part->bytes);
	image->n++;
}

static int look(struct dl_phdr_info *info, size_t size, void *context)
{
	struct search *search = context;
	uintptr_t relro_end;
	int i;

	(void)size;
	if (!contains(info, search->address))
		return 0;
	search->image = calloc(1, sizeof(*search->image));
	if (search->image == NULL)
		lab_fatal("no memory for the image of a library");
	search->image->base = info->dlpi_addr;
	search->image->next = images;
	images = search->image;
	relro_end = end_of_relro(info);
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + segment->p_vaddr;
		uintptr_t to = from + segment->p_memsz;

		if (segment->p_type == PT_LOAD && to > search->image->end)
			search->image->end = to;
		if (segment->p_type == PT_TLS)
			search->image->has_tls = true;
		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W))
			continue;
		if (from < relro_end && relro_end <= to)
			from = relro_end;
		add_part(search->image, from, to);
	}
	return 1;
}

struct image *image_take(const void *address)
{
	struct search search = { .address = (uintptr_t)address };

	dl_iterate_phdr(look, &search);
	return search.image;
}

bool image_locate(const void *address, uintptr_t *offset)
{
	uintptr_t at = (uintptr_t)address;
	const struct image *image;

	for (image = images; image != NULL; image = image->next) {
		if (at < image->base || at >= image->end)
			continue;
		*offset = at - image->base;
		return true;
	}
	return false;
}

bool image_locate_low(uint32_t low, uintptr_t *offset)
{
	const struct image *image;

	for (image = images; image != NULL; image = image->next) {
		uintptr_t high = image->base >> 16 >> 16 << 16 << 16;

		if (image_locate((const void *)(high | low), offset) ||
		    image_locate((const void *)((image->end >> 16 >> 16 << 16
						 << 16) | low), offset))
			return true;
	}
	return false;
}

static void *beside(struct part *part, size_t offset, size_t granule,
		    size_t bytes)
{
	if (part->notes == NULL) {
		part->notes_bytes = (part->bytes / granule + 1) * bytes;
		part->notes = calloc(1, part->notes_bytes);
		if (part->notes == NULL)
			lab_fatal("no memory for notes on %zu bytes",
				  part->bytes);
	}
	return part->notes + offset / granule * bytes;
}

void *image_beside(const void *at, size_t granule, size_t bytes)
{
	struct image *image;
	int i;

	for (image = images; image != NULL; image = image->next)
		for (i = 0; i < image->n; i++) {
			struct part *part = &image->parts[i];
			size_t offset = (size_t)((const char *)at - part->at);

			if (offset < part->bytes)
				return beside(part, offset, granule, bytes);
		}
	return NULL;
}

void images_forget(void)
{
	struct image *image;
	int i;

	for (image = images; image != NULL; image = image->next)
		for (i = 0; i < image->n; i++)
			if (image->parts[i].notes != NULL)
				memset(image->parts[i].notes, 0,
				       image->parts[i].notes_bytes);
}

void image_restore(const struct image *image)
{
	int i;

	for (i = 0; i < image->n; i++)
		memcpy(image->parts[i].at, image->parts[i].copy,
		       image->parts[i].bytes);
}

bool image_has_tls(const struct image *image)
{
	return image->has_tls;
}
