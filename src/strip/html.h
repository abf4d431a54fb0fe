/* html.h: the words of an HTML part; the one door to libxml2. */
#ifndef STRIP_HTML_H
#define STRIP_HTML_H

#include <glib.h>

#include "strip/lines.h"

/* `html` is UTF-8. Gives the text a reader would see: block elements on lines of their own, hidden
 * text, scripts, styles, comments, pictures and the targets of links left out. A line that stands
 * in what a mail client marks as quoted begins with MARK_QUOTE, one in its signature with
 * MARK_SIGN. Linear in `length`; nothing is fetched. Where the nesting is absurd, tags are simply
 * left out and *unsure (may be NULL) is set. Never NULL. Caller frees. */
char *html_text(const char *html, gsize length, gboolean *unsure);

#endif
