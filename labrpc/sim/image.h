/*
 * image.h - the variables of a loaded library: how they were at first.
 *
 * A library is loaded once and its code run again and again, so what it keeps
 * in static variables must be put back before each run, as if it had just been
 * loaded.
 *
 * Threads: the driver's, while no simulated thread is in the library.
 *
 * Memory: an image is kept until the process ends, as libraries are.
 *
 * Errors: NULL for an address that lies in no library.
 */
#ifndef LABRPC_SIM_IMAGE_H
#define LABRPC_SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image;

/* Takes the image of the library that has ADDRESS, a function's say. */
struct image *image_take(const void *address);

/*
 * Tells whether ADDRESS lies in a library whose image was taken, and where in
 * it, counted as its symbols are.
 */
bool image_locate(const void *address, uintptr_t *offset);

/* The same where only the low half of the address is known. */
bool image_locate_low(uint32_t low, uintptr_t *offset);

/*
 * Notes of BYTES bytes for each GRANULE of the variables of all libraries: the
 * place of those for AT, or NULL if that is no such variable.  They are all 0
 * at first and after images_forget().
 */
void *image_beside(const void *at, size_t granule, size_t bytes);
void images_forget(void);

/* Makes its variables what they were then. */
void image_restore(const struct image *image);

/* Tells whether it has variables of threads (__thread, _Thread_local). */
bool image_has_tls(const struct image *image);

#endif
