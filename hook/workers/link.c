/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/link.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "workers/interp.h"

enum { HELLO_MAX = 64 * 1024 }; /* a version, or why there is none */

/* The worker beside us in a build tree, else the installed one. */
static void worker_path(char *ret, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", ret, size - 1);
	if (n > 0) {
		ret[n] = '\0';
		size_t dir = pcs_path_dir_len(ret);
		snprintf(ret + dir, size - dir, "/pycsync-worker");
		if (access(ret, X_OK) == 0 || !pcs_is_absence(errno))
			return; /* one that cannot be executed says so when it is started */
	}
	snprintf(ret, size, "%s/pycsync-worker", PCS_LIBEXECDIR);
}

/* A random seed would make other bytes of the same source; a number is somebody's wish. */
static const char *hash_seed(unsigned mode)
{
	const char *seed = getenv("PYTHONHASHSEED");
	return mode & PCS_LINK_COMPILEALL && seed && *seed && strcmp(seed, "random") != 0 ? seed :
											    "0";
}

/* What compileall hears of the environment, but for its modules and its streams. */
static const char *const heard[] = { "PYTHONWARNINGS", "PYTHONINTMAXSTRDIGITS",
				     "PYTHONNODEBUGRANGES" };

/* Fill `ret` with the seed and what is heard, "NAME=value" each, in `words`; NULL is there behind
 * them. 0 or -ENOMEM. */
static int add_environment(unsigned mode, struct pcs_buf *words, const char **ret)
{
	size_t at[1 + PCS_ARRAY_SIZE(heard)], n = 0;
	int r = pcs_buf_printf(words, "PYTHONHASHSEED=%s", hash_seed(mode));
	at[n++] = 0;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(heard) && r == 0; i++) {
		const char *value = mode & PCS_LINK_COMPILEALL ? getenv(heard[i]) : NULL;
		if (!value)
			continue;
		r = pcs_buf_add(words, "", 1);
		at[n++] = words->len;
		if (r == 0)
			r = pcs_buf_printf(words, "%s=%s", heard[i], value);
	}
	for (size_t i = 0; i < n && r == 0; i++)
		ret[i] = words->data + at[i];
	return r;
}

/* PyPy up to 3.9 has no UTF-8 mode for the names of files; where there is no such locale, it takes
 * them as UTF-8, too. Newer ones have it, and some end where the locale is missing. */
static bool wants_locale(const struct pcs_interp *interp)
{
	enum { UTF8_MODE_MINOR = 10 };
	if (interp->version[0] != 'p')
		return false;
	locale_t locale =
		interp->minor < UTF8_MODE_MINOR ? NULL : newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	if (locale)
		freelocale(locale);
	return locale || interp->minor < UTF8_MODE_MINOR;
}

int pcs_link_start(const struct pcs_interp *interp, unsigned mode, struct pcs_link *ret)
{
	char path[PATH_MAX], parent[16], number[16];
	PCS_BUF struct pcs_buf words = { 0 };
	/* glibc would give memory back after each source, to fetch it again for the next. */
	const char *envp[5 + PCS_ARRAY_SIZE(heard)] = { "PYTHONCOERCECLOCALE=0",
							"MALLOC_TRIM_THRESHOLD_=134217728" };
	size_t n = 2;
	worker_path(path, sizeof(path));
	snprintf(parent, sizeof(parent), "%d", (int)getpid());
	snprintf(number, sizeof(number), "%u", mode);
	if (wants_locale(interp))
		envp[n++] = "LC_CTYPE=C.UTF-8";
	if (add_environment(mode, &words, envp + n) < 0)
		return -ENOMEM;
	/* Where one way failed, the other may do. */
	bool by_itself = interp->by_itself && !(mode & PCS_LINK_DISTRUST && interp->libpython);
	const char *const argv[] = {
		path, parent, by_itself ? "-" : interp->libpython, interp->executable, number, NULL
	};
	*ret = (struct pcs_link){ .child = { .fd = -1, .said = -1 }, .max = HELLO_MAX };
	return pcs_spawn(path, argv, envp, &ret->child);
}

int pcs_link_stop(struct pcs_link *l)
{
	int status = l->child.pid > 0 ? pcs_child_stop(&l->child) : 0;
	pcs_buf_done(&l->in);
	pcs_buf_done(&l->out);
	l->sent = 0;
	return status;
}

/* The line that tells what went wrong: the first that has the word error, else the last. */
static const char *find_line(const char *text, size_t *ret_len)
{
	const char *found = "";
	for (*ret_len = 0; *text; text += strspn(text, "\n")) {
		size_t len = strcspn(text, "\n");
		if (len) {
			found = text;
			*ret_len = len;
		}
		if (memmem(text, len, "rror", 4))
			break;
		text += len;
	}
	return found;
}

int pcs_link_bury(struct pcs_link *l, struct pcs_buf *ret_words)
{
	char text[8192];
	ssize_t n = read(l->child.said, text, sizeof(text) - 1);
	int status = pcs_link_stop(l);
	size_t len;
	text[n > 0 ? n : 0] = '\0';
	const char *line = find_line(text, &len);
	int r = pcs_buf_adds(ret_words, "its worker died while it started");
	if (r == 0 && WIFSIGNALED(status))
		r = pcs_buf_printf(ret_words, " (SIG%s)", sigabbrev_np(WTERMSIG(status)));
	if (r == 0 && len)
		r = pcs_buf_adds(ret_words, ": ");
	return r < 0 ? r : pcs_buf_add_shown(ret_words, line, len);
}

int pcs_link_flush(struct pcs_link *l)
{
	while (l->sent < l->out.len) {
		ssize_t n = send(l->child.fd, l->out.data + l->sent, l->out.len - l->sent,
				 MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			l->sent += (size_t)n;
	}
	l->sent = l->out.len = 0;
	if (l->out.cap > 256 * 1024)
		pcs_buf_done(&l->out);
	return 0;
}

bool pcs_link_is_sending(const struct pcs_link *l)
{
	return l->sent < l->out.len;
}

int pcs_link_fill(struct pcs_link *l)
{
	for (;;) {
		int r = pcs_buf_reserve(&l->in, 64 * 1024);
		if (r < 0)
			return r;
		size_t room = l->in.cap - l->in.len - 1;
		ssize_t n = recv(l->child.fd, l->in.data + l->in.len, room, 0);
		if (n == 0)
			return -EPIPE;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		l->in.len += (size_t)n;
		if ((size_t)n < room)
			return 0;
	}
}

int pcs_link_peek(const struct pcs_link *l, struct pcs_frame *ret, const char **ret_text,
		  const char **ret_body)
{
	if (l->in.len < PCS_FRAME_HEAD)
		return 0;
	if (!pcs_frame_get((const uint8_t *)l->in.data, ret) ||
	    ret->text_len + ret->body_len > l->max)
		return -PCS_EPROTO;
	if (l->in.len - PCS_FRAME_HEAD < ret->text_len + ret->body_len)
		return 0;
	*ret_text = l->in.data + PCS_FRAME_HEAD;
	*ret_body = *ret_text + ret->text_len;
	return 1;
}

void pcs_link_take(struct pcs_link *l, const struct pcs_frame *f)
{
	pcs_buf_consume(&l->in, PCS_FRAME_HEAD + f->text_len + f->body_len);
	if (l->in.len == 0 && l->in.cap > 256 * 1024)
		pcs_buf_done(&l->in);
}

int pcs_link_send(struct pcs_link *l, struct pcs_frame f, const char *name, const char *source,
		  size_t len)
{
	uint8_t head[PCS_FRAME_HEAD];
	f.type = PCS_FRAME_COMPILE;
	f.text_len = strlen(name);
	f.body_len = len;
	pcs_frame_put(head, &f);
	int r = pcs_buf_reserve(&l->out, sizeof(head) + f.text_len + len);
	if (r == 0)
		r = pcs_buf_add(&l->out, head, sizeof(head));
	if (r == 0)
		r = pcs_buf_add(&l->out, name, f.text_len);
	return r < 0 ? r : pcs_buf_add(&l->out, source, len);
}

/* What an interpreter says of itself. */
struct identity {
	uint32_t magic, marshal;
	unsigned minor;
	char version[PCS_TAG_MAX]; /* as in struct pcs_interp */
	const char *tag, *full;
};

/* Nothing is made for another interpreter than the one that was planned with; its magic number
 * counts as known once it was asked, in this run or before. */
static int check_identity(const struct identity *is, const struct pcs_interp *planned,
			  struct pcs_buf *ret_why)
{
	if (planned->told && planned->magic != is->magic)
		return pcs_buf_printf(ret_why, "it has magic number %u where %u was planned",
				      is->magic & 0xffff, planned->magic & 0xffff);
	if (planned->tag[0] && strcmp(planned->tag, is->tag) != 0)
		return pcs_buf_printf(ret_why, "it has cache tag %s where %s was planned", is->tag,
				      planned->tag);
	if (planned->tag[0] && strcmp(planned->version, is->version) != 0)
		return pcs_buf_printf(ret_why, "it is %s where %s was planned", is->version,
				      planned->version);
	return 0;
}

/* Fill `ret` from the text of a HELLO, which is taken apart. False for one that is none. */
static bool parse_hello(const struct pcs_frame *f, char *text, struct identity *ret)
{
	char *tag = strchr(text, '\n'), *flags = tag ? strchr(tag + 1, '\n') : NULL;
	if (f->type != PCS_FRAME_HELLO || !flags)
		return false;
	*tag++ = *flags++ = '\0';
	*ret = (struct identity){ .magic = f->arg1, .marshal = f->arg2, .tag = tag, .full = text };
	pcs_tag_parse(tag, strlen(tag), &ret->minor);
	if (pcs_tag_version(tag, strlen(tag), ret->version) && strchr(flags, 't') &&
	    strlen(ret->version) + 1 < PCS_VERSION_MAX)
		strcat(ret->version, "t");
	return true;
}

int pcs_link_hello(const struct pcs_frame *f, const char *text, struct pcs_interp *interp,
		   struct pcs_buf *ret_why)
{
	if (f->type == PCS_FRAME_FAILED) {
		int r = pcs_buf_add_shown(ret_why, text, f->text_len);
		return r < 0 ? r : -PCS_EWORKER;
	}
	PCS_FREE char *words = strndup(text, f->text_len);
	struct identity is = { 0 };
	size_t before = ret_why->len;
	int r = 0;
	if (!words)
		return -ENOMEM;
	if (f->type == PCS_FRAME_HELLO && f->arg3 != PCS_PROTOCOL)
		r = pcs_buf_adds(ret_why, "its worker is of another version of pycsync");
	else if (!parse_hello(f, words, &is))
		r = pcs_buf_adds(ret_why, pcs_strerror(PCS_EPROTO));
	else if (!is.version[0])
		r = pcs_buf_printf(ret_why, "its cache tag %s is not known", is.tag);
	else
		r = check_identity(&is, interp, ret_why);
	if (r < 0 || ret_why->len > before)
		return r < 0 ? r : -PCS_EWORKER;
	interp->magic = is.magic;
	interp->marshal = is.marshal;
	interp->minor = is.minor;
	interp->told = true;
	snprintf(interp->tag, sizeof(interp->tag), "%s", is.tag);
	snprintf(interp->version, sizeof(interp->version), "%s", is.version);
	free(interp->full);
	interp->full = PCS_TAKE(words);
	return 0;
}
