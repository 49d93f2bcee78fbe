/*
 * verdict.c - the private channel between a judge and its supervisor.
 */
#define _GNU_SOURCE /* struct ucred of SO_PEERCRED */

#include "grader/grade/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "grader/grade/proc.h"
#include "grader/grade/text.h"

#define BACKLOG 16

static bool draw_token(char *token)
{
	unsigned char bytes[TOKEN_BYTES];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return false;
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	if (fd < 0)
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

bool channel_open(struct channel *channel, const char *dir)
{
	int len;

	*channel = (struct channel){ .listener = -1, .fd = -1 };
	outcome_init(&channel->verdict);
	len = snprintf(channel->path, sizeof channel->path, "%s/grade", dir);
	if (len < 0 || len >= (int)sizeof channel->path) {
		errno = ENAMETOOLONG;
		return false;
	}
	channel->line = room_make(VERDICT_LINE_MAX + 1, 1);
	if (!draw_token(channel->token))
		return false;
	channel->listener = listen_at(channel->path);
	return channel->listener >= 0;
}

static void stop_listening(struct channel *channel)
{
	close(channel->listener);
	channel->listener = -1;
	unlink(channel->path);
}

static void hang_up(struct channel *channel)
{
	if (channel->fd >= 0)
		close(channel->fd);
	channel->fd = -1;
	channel->on_trial = false;
}

/* The connection is the judge's: there will be no other. */
static void trust(struct channel *channel)
{
	channel->on_trial = false;
	stop_listening(channel);
}

void channel_close(struct channel *channel)
{
	hang_up(channel);
	if (channel->listener >= 0)
		stop_listening(channel);
	free(channel->line);
	free(channel->refused);
	outcome_free(&channel->verdict);
	steps_forget(&channel->steps);
	*channel = (struct channel){ .listener = -1, .fd = -1 };
}

int channel_poll_fd(const struct channel *channel)
{
	return channel->fd >= 0 ? channel->fd : channel->listener;
}

static void refuse(struct channel *channel, const char *why)
{
	if (channel->refused == NULL && !channel->on_trial)
		channel->refused = text_copy(why);
	hang_up(channel);
}

static bool token_is_right(const struct channel *channel, const char *token)
{
	return token != NULL && strcmp(token, channel->token) == 0;
}

static void take_verdict(struct channel *channel, const json_t *object)
{
	static const struct {
		const char *name;
		enum result result;
	} results[] = {
		{ "pass", RESULT_PASS },
		{ "fail", RESULT_FAIL },
		{ "grader_error", RESULT_GRADER_ERROR },
	};
	const char *name = json_string_value(json_object_get(object,
							     "result"));
	enum result result = RESULT_NONE;

	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
		if (name != NULL && strcmp(name, results[i].name) == 0)
			result = results[i].result;
	if (!channel->began)
		refuse(channel, "a verdict came before the test began");
	else if (channel->has_verdict)
		refuse(channel, "two verdicts came");
	else if (result == RESULT_NONE)
		refuse(channel, "the verdict's result is unknown");
	if (channel->refused != NULL)
		return;
	channel->verdict.result = result;
	outcome_read(&channel->verdict, object);
	channel->has_verdict = true;
}

/* Instead of a verdict: the test itself has crashed, or ended its process. */
static void take_mistake(struct channel *channel, const json_t *object)
{
	if (!channel->began || channel->has_verdict)
		refuse(channel, "a mistake came before the test began, or "
		       "after its verdict");
	if (channel->refused != NULL)
		return;
	channel->verdict.result = RESULT_GRADER_ERROR;
	outcome_set(&channel->verdict.expected, "the test itself works");
	outcome_read(&channel->verdict, object);
	steps_tell(&channel->steps, &channel->verdict);
	channel->has_verdict = true;
}

static void take_line(struct channel *channel, const char *line, size_t len)
{
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *token = json_string_value(json_object_get(object,
							      "token"));
	const char *event = json_string_value(json_object_get(object,
							      "event"));

	if (channel->on_trial && token_is_right(channel, token))
		trust(channel);
	if (!json_is_object(object))
		refuse(channel, "a line came that is not JSON");
	else if (!token_is_right(channel, token))
		refuse(channel, "a line came with a wrong token");
	else if (event != NULL && strcmp(event, "began") == 0)
		channel->began = true;
	else if (event != NULL && strcmp(event, "step") == 0)
		steps_add(&channel->steps, json_string_value(
				  json_object_get(object, "text")));
	else if (event != NULL && strcmp(event, "anew") == 0)
		steps_forget(&channel->steps);
	else if (event != NULL && strcmp(event, "verdict") == 0)
		take_verdict(channel, object);
	else if (event != NULL && strcmp(event, "mistake") == 0)
		take_mistake(channel, object);
	else
		refuse(channel, "a line came with an unknown event");
	json_decref(object);
}

/* Takes the whole lines out of what has come. */
static void take_lines(struct channel *channel)
{
	char *start = channel->line, *newline;
	size_t left = channel->used;

	while (channel->fd >= 0 &&
	       (newline = memchr(start, '\n', left)) != NULL) {
		size_t len = (size_t)(newline - start);

		take_line(channel, start, len);
		start += len + 1;
		left -= len + 1;
	}
	memmove(channel->line, start, left);
	channel->used = left;
	if (left == VERDICT_LINE_MAX)
		refuse(channel, "a line came that is too long");
}

/* Who connected? */
enum caller { CALLER_JUDGE, CALLER_GONE, CALLER_STRAY, CALLER_OUTSIDER };

static enum caller who(int fd, pid_t judge)
{
	struct ucred peer = { .pid = 0 };
	socklen_t size = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
	    peer.pid <= 0)
		return CALLER_OUTSIDER;
	if (process_descends(peer.pid, judge))
		return CALLER_JUDGE;
	if (kill(peer.pid, 0) != 0 && errno == ESRCH)
		return CALLER_GONE;
	return process_descends(peer.pid, getpid()) ? CALLER_STRAY
						    : CALLER_OUTSIDER;
}

/*
 * Takes a connection.  A caller that has already ended cannot be looked up:
 * it is on trial until a line with the token comes.
 */
static bool take_connection(struct channel *channel, pid_t judge)
{
	int fd = accept(channel->listener, NULL, NULL);

	if (fd < 0)
		return false;
	channel->fd = fd;
	channel->used = 0;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	switch (who(fd, judge)) {
	case CALLER_JUDGE: trust(channel); break;
	case CALLER_GONE: channel->on_trial = true; break;
	case CALLER_OUTSIDER: hang_up(channel); break;
	case CALLER_STRAY:
		stop_listening(channel);
		refuse(channel, "somebody else connected before the judge");
	}
	return true;
}

bool channel_take(struct channel *channel, pid_t judge)
{
	ssize_t n;

	if (channel->fd < 0)
		return channel->listener >= 0 &&
		       take_connection(channel, judge);
	n = read(channel->fd, channel->line + channel->used,
		 VERDICT_LINE_MAX - channel->used);
	if (n > 0) {
		channel->used += (size_t)n;
		take_lines(channel);
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (channel->used > 0)
		refuse(channel, "a line came without an end");
	hang_up(channel);
	return channel->listener >= 0;
}
