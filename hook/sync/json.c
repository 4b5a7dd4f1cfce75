/* pcs_json_string(): bytes that may be anything, as JSON text that is always valid. */

#include "sync/report.h"

#include "base/utf8.h"

void pcs_json_string(FILE *out, const char *bytes, size_t len)
{
	const unsigned char *s = (const unsigned char *)bytes;
	fputc('"', out);
	for (size_t i = 0; i < len;) {
		uint32_t c;
		size_t n = pcs_utf8_decode(bytes + i, len - i, &c);
		if (n == 0)
			fprintf(out, "\\udc%02x", s[i]);
		else if (s[i] == '"' || s[i] == '\\')
			fprintf(out, "\\%c", s[i]);
		else if (s[i] == '\n')
			fputs("\\n", out);
		else if (s[i] < 0x20 || s[i] == 0x7f)
			fprintf(out, "\\u%04x", s[i]);
		else
			fwrite(s + i, 1, n, out);
		i += n ? n : 1;
	}
	fputc('"', out);
}
