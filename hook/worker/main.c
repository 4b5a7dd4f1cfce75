/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pycsync-worker: source bytes in, marshalled code out, on the socket that is descriptor 0.
 * Started by pycsync alone; what is said on the socket is in protocol.h.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "worker/exec.h"
#include "worker/protocol.h"
#include "worker/python.h"
#include "worker/sandbox.h"

enum { SOCKET = 0 };

static int read_all(void *data, size_t len)
{
	for (char *p = data; len;) {
		ssize_t n = read(SOCKET, p, len);
		if (n == 0 || (n < 0 && errno != EINTR))
			return -EPIPE;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int write_all(const void *data, size_t len)
{
	for (const char *p = data; len;) {
		ssize_t n = write(SOCKET, p, len);
		if (n < 0 && errno != EINTR)
			return -EPIPE;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int send_frame(struct pcs_frame f, const char *text, const char *body)
{
	uint8_t head[PCS_FRAME_HEAD];
	pcs_frame_put(head, &f);
	int r = write_all(head, sizeof(head));
	if (r == 0)
		r = write_all(text, f.text_len);
	return r < 0 ? r : write_all(body, f.body_len);
}

static int send_hello(struct pcs_python *py)
{
	struct pcs_python_info info;
	if (pcs_python_info(py, &info) < 0)
		return -ENOENT;
	char text[128];
	int n = snprintf(text, sizeof(text), "%s\n%s\n%s", info.version, info.tag, info.abiflags);
	struct pcs_frame f = { .type = PCS_FRAME_HELLO,
			       .arg1 = info.magic,
			       .arg2 = info.marshal,
			       .arg3 = PCS_PROTOCOL,
			       .text_len = (size_t)n };
	return send_frame(f, text, "");
}

static int send_failed(const char *reason)
{
	send_frame((struct pcs_frame){ .type = PCS_FRAME_FAILED, .text_len = strlen(reason) },
		   reason, "");
	return 1;
}

static int send_compiled(const struct pcs_compiled *c, unsigned level)
{
	int r = c->warnings_len ? send_frame((struct pcs_frame){ .type = PCS_FRAME_WARNING,
								 .arg1 = level,
								 .text_len = c->warnings_len },
					     c->warnings, "") :
				  0;
	if (r < 0)
		return r;
	if (c->code)
		return send_frame((struct pcs_frame){ .type = PCS_FRAME_CODE,
						      .arg1 = level,
						      .body_len = c->code_len },
				  "", c->code);
	struct pcs_frame f = { .type = PCS_FRAME_ERROR,
			       .arg1 = level,
			       .arg2 = c->line,
			       .arg3 = c->error,
			       .text_len = c->message_len,
			       .body_len = c->detail_len };
	return send_frame(f, c->message, c->detail);
}

/* Compile at each level asked, but not where the last result provably is this one's too. */
static int serve_levels(struct pcs_python *py, const struct pcs_source *source, unsigned levels)
{
	struct pcs_compiled c = { 0 };
	unsigned last = 0;
	int r = 0;
	for (unsigned level = 0; level < 3 && r == 0; level++) {
		if (!(levels & 1u << level))
			continue;
		if (!pcs_python_same_at(py, source, &c, last, level)) {
			pcs_compiled_done(py, &c);
			pcs_python_compile(py, source, level, &c);
		}
		last = level;
		r = send_compiled(&c, level);
	}
	pcs_compiled_done(py, &c);
	return r;
}

/* One source: the frame's head was read; name and source follow. */
static int serve(struct pcs_python *py, const struct pcs_frame *f, struct pcs_buf *in)
{
	in->len = 0;
	int r = pcs_buf_reserve(in, f->text_len + f->body_len);
	if (r == 0)
		r = read_all(in->data, f->text_len + f->body_len);
	if (r < 0)
		return r;
	const struct pcs_source source = { .name = in->data,
					   .name_len = f->text_len,
					   .bytes = in->data + f->text_len,
					   .len = f->body_len,
					   .ask = f->arg3 };
	pcs_sandbox_memory(f->arg2);
	r = serve_levels(py, &source, f->arg1);
	pcs_sandbox_memory(0);
	return r;
}

static int serve_all(struct pcs_python *py)
{
	PCS_BUF struct pcs_buf in = { 0 };
	for (;;) {
		uint8_t head[PCS_FRAME_HEAD];
		struct pcs_frame f;
		if (read_all(head, sizeof(head)) < 0)
			return 0; /* pycsync has no more for us */
		if (!pcs_frame_get(head, &f) || f.type != PCS_FRAME_COMPILE ||
		    serve(py, &f, &in) < 0)
			return 1;
	}
}

/*
 * pycsync-worker PARENT-PID LIBPYTHON EXECUTABLE MODE, a number of enum pcs_python_mode.
 * LIBPYTHON "-": the executable itself does the work.
 */
int main(int argc, char **argv)
{
	if (argc != 5) {
		fputs("pycsync-worker is started by pycsync; see pycsync(8)\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	pid_t parent = (pid_t)atol(argv[1]);
	const char *reason = NULL;
	unsigned mode = (unsigned)strtoul(argv[4], NULL, 10);
	if (strcmp(argv[2], "-") == 0) {
		char words[160];
		snprintf(words, sizeof(words), "its executable cannot be started: %s",
			 strerror(-pcs_exec_script(argv[3], mode, parent)));
		return send_failed(words);
	}
	const struct pcs_interp_files files = { .libpython = argv[2], .executable = argv[3] };
	if (pcs_sandbox_enter(parent, &files) < 0)
		return send_failed("its worker cannot give up its privileges");
	struct pcs_python *py = pcs_python_start(argv[2], argv[3], mode, &reason);
	if (!py)
		return send_failed(reason ? reason : "unknown reason");
	if (send_hello(py) < 0)
		return send_failed("it does not tell its magic number");
	_exit(serve_all(py)); /* no finalizers: nothing is left to be said */
}
