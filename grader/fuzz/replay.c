/*
 * replay.c - runs the target on the inputs that are named: files, or all
 * files of folders.
 *
 * Usage: replay FILE-OR-FOLDER...
 */
#include "grader/fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_MAX_BYTES ((size_t)1 << 20)

static void replay_file(const char *path)
{
	/* As long as the input, so that a byte too many is seen. */
	static unsigned char bytes[INPUT_MAX_BYTES];
	FILE *file = fopen(path, "rb");
	unsigned char *input;
	size_t n;

	expect(file != NULL, "%s: %s", path, strerror(errno));
	n = fread(bytes, 1, sizeof bytes, file);
	expect(!ferror(file) && fgetc(file) == EOF, "%s", path);
	fclose(file);
	input = malloc(n + (n == 0));
	expect(input != NULL, "memory");
	memcpy(input, bytes, n);
	LLVMFuzzerTestOneInput(input, n);
	free(input);
}

/* Replays what PATH names; returns how many inputs that were. */
static int replay(const char *path)
{
	char below[4096];
	struct dirent *entry;
	struct stat st;
	DIR *dir;
	int n = 0;

	expect(stat(path, &st) == 0, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path);
		return 1;
	}
	dir = opendir(path);
	expect(dir != NULL, "%s: %s", path, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
		n += replay(below);
	}
	closedir(dir);
	return n;
}

int main(int argc, char **argv)
{
	int n = 0;

	if (argc < 2 || argv[1][0] == '-') {
		fprintf(stderr, "usage: replay FILE-OR-FOLDER...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%d inputs without a finding\n", n);
	return n == 0;
}
