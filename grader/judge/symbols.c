/*
 * symbols.c - asks addr2line, of binutils, for the names of all places at
 * once.
 *
 * Invariant: what it is given are numbers of ours and the path of the library.
 *
 * No locks: one thread.
 */
#include "grader/judge/symbols.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/process/memory.h"

#define PLACES_MAX 128
#define NAME_BYTES 128

extern char **environ;

struct place {
	uintptr_t at;
	char function[NAME_BYTES], line[NAME_BYTES]; /* "": unknown */
};

struct places {
	int n;
	struct place list[PLACES_MAX];
};

/* Reads the place that begins at S; returns its length, 0 if it is none. */
static size_t read_place(const char *s, char *kind, uintptr_t *at)
{
	int len = 0;

	if (sscanf(s, "{%1[fl]+0x%" SCNxPTR "}%n", kind, at, &len) != 2)
		return 0;
	return len > 0 ? (size_t)len : 0;
}

static struct place *find(struct places *places, uintptr_t at)
{
	int i;

	for (i = 0; i < places->n; i++)
		if (places->list[i].at == at)
			return &places->list[i];
	return NULL;
}

static void collect(struct places *places, const char *text)
{
	char kind[2];
	uintptr_t at;

	for (; *text != '\0'; text++) {
		if (read_place(text, kind, &at) == 0 ||
		    places->n == PLACES_MAX || find(places, at) != NULL)
			continue;
		places->list[places->n++] = (struct place){ .at = at };
	}
}

static void take_line(FILE *from, char name[NAME_BYTES])
{
	char line[512];

	if (fgets(line, sizeof(line), from) == NULL)
		return;
	line[strcspn(line, "\n")] = '\0';
	if (line[0] != '?')
		snprintf(name, NAME_BYTES, "%.*s", NAME_BYTES - 1, line);
}

/* Starts addr2line for PLACES in LIBRARY; its output comes from *FROM. */
static bool start(const struct places *places, const char *library,
		  pid_t *pid, FILE **from)
{
	char numbers[PLACES_MAX][2 + 2 * sizeof(uintptr_t) + 1];
	char *argv[6 + PLACES_MAX + 1] = {
		(char *)"addr2line", (char *)"-f", (char *)"-s",
		(char *)"-e", (char *)library,
	};
	posix_spawn_file_actions_t actions;
	int ends[2], i, error;

	if (pipe(ends) != 0)
		return false;
	for (i = 0; i < places->n; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "0x%" PRIxPTR,
			 places->list[i].at);
		argv[5 + i] = numbers[i];
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*from = error == 0 ? fdopen(ends[0], "r") : NULL;
	if (*from == NULL)
		close(ends[0]);
	return error == 0;
}

static void ask(struct places *places, const char *library)
{
	FILE *from;
	pid_t pid;
	int i;

	if (places->n == 0 || !start(places, library, &pid, &from))
		return;
	for (i = 0; from != NULL && i < places->n; i++) {
		take_line(from, places->list[i].function);
		take_line(from, places->list[i].line);
	}
	if (from != NULL)
		fclose(from);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

/* Writes the name of PLACE, of KIND. */
static void write_place(FILE *to, const struct place *place, char kind)
{
	if (place->function[0] == '\0')
		fprintf(to, "0x%" PRIxPTR, place->at);
	else if (kind == 'f' || place->line[0] == '\0')
		fputs(place->function, to);
	else
		fprintf(to, "%s (%.*s)", place->function,
			(int)strcspn(place->line, " "), place->line);
}

char *symbols_name(const char *text, const char *library)
{
	struct places *places = must_calloc(1, sizeof(*places));
	char *named = NULL;
	size_t size, len;
	FILE *to;

	collect(places, text);
	ask(places, library);
	to = open_memstream(&named, &size);
	while (to != NULL && *text != '\0') {
		char kind[2];
		uintptr_t at;
		struct place *place = NULL;

		len = read_place(text, kind, &at);
		if (len > 0)
			place = find(places, at);
		if (place != NULL)
			write_place(to, place, kind[0]);
		else
			fputc(*text, to);
		text += place != NULL ? len : 1;
	}
	if (to != NULL)
		fclose(to);
	free(places);
	return named != NULL ? named : must_strdup(text);
}
