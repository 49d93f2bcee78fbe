/*
 * streams.h - what a submission prints with.
 *
 * The calls of a submission's objects, and its `stdout` and `stderr`, become
 * those here (grader/submission/redirected_streams).  The two are names that
 * lead nowhere, not the host's streams: through a FILE a peer would come to
 * the host's descriptors, and could print into the control socket, or close
 * or spoil what the host and all other peers print with.
 *
 * Threads: any.
 *
 * Memory: none is handed out.
 *
 * Errors: as with the functions that these stand for.  Another stream than
 * the two ends the process with a message.
 */
#ifndef GRADER_HOST_STREAMS_H
#define GRADER_HOST_STREAMS_H

#include <stdarg.h>
#include <stdio.h>

extern FILE *const lab_stdout;
extern FILE *const lab_stderr;

int lab_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int lab_vprintf(const char *fmt, va_list args)
	__attribute__((format(printf, 1, 0)));
int lab_fprintf(FILE *to, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int lab_vfprintf(FILE *to, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
int lab_puts(const char *s);
int lab_fputs(const char *s, FILE *to);
int lab_putchar(int byte);
int lab_putc(int byte, FILE *to);
int lab_fputc(int byte, FILE *to);
size_t lab_fwrite(const void *from, size_t size, size_t n, FILE *to);
int lab_fflush(FILE *to);
void lab_perror(const char *what);

#endif
