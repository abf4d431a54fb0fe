/* Any bytes as HTML. What stands before them, where no reader sees it, must not come out; what a
 * reader sees must. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "strip/html.h"

static const char HIDDEN[] =
    "<html><head><title>MARK</title><style>p { content: \"MARK\" }</style>"
    "<script>var a = \"MARK > <p>MARK\";</script><!-- MARK > MARK --></head>"
    "<body title=\"MARK\" data-who=MARK><div style=\"display:none\">MARK</div>"
    "<img src=\"https://canary.example/MARK.png\" alt=\"MARK\"><a "
    "href=\"mailto:MARK@canary.example\">"
    "VISIBLE</a><span hidden>MARK</span><p class=MARK id='MARK'>SEEN</p>";

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    Mark mark = mark_of(data, size);
    GString *page = g_string_new(HIDDEN);
    g_string_replace(page, "MARK", mark.word, 0);
    g_autofree char *valid = g_utf8_make_valid((const char *)data, (gssize)size);
    g_string_append(page, valid);
    gboolean unsure = FALSE;
    g_autofree char *text = html_text(page->str, page->len, &unsure);
    HOLDS(text != NULL && g_utf8_validate(text, -1, NULL));
    HOLDS(strstr(text, mark.word) == NULL);
    HOLDS(strstr(text, "VISIBLE") != NULL && strstr(text, "SEEN") != NULL);
    HOLDS(strlen(text) <= 16 * (page->len + 16));
    g_string_free(page, TRUE);
    return 0;
}
