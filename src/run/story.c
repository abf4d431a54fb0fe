#include "run/story.h"

#include <string.h>

#include "run/keep.h"

void story_clear(Story *story) {
    g_free(story->text);
    g_free(story->subject);
    g_free(story->withheld);
    g_free(story->whole);
    g_free(story->whole_subject);
}

static void add_piece(GString *text, gboolean pupil, const char *piece) {
    if (text->len > 0)
        g_string_append(text, pupil ? "\n\n[then they wrote:]\n\n" : "\n\n[the answer was:]\n\n");
    g_string_append(text, piece);
}

static void add_to_story(Story *story, const Kept *kept, gboolean pupil) {
    if (!pupil)
        return;
    story->passage.written = kept->at;
    story->passage.unsure |= kept->unsure;
    if (story->subject == NULL) {
        story->subject = g_strdup(kept->subject);
        story->whole_subject = g_strdup(kept->whole_subject);
    }
    if (story->withheld == NULL)
        story->withheld = g_strdup(kept->withheld);
}

gboolean story_tell(const Office *office, const Case *row, gboolean but_last, Story *story,
                    GError **error) {
    g_autoptr(GPtrArray) messages = store_messages(office->store, row->id, FALSE, error);
    g_autoptr(GString) text = g_string_new(NULL), whole = g_string_new(NULL);
    if (messages == NULL)
        return FALSE;
    for (guint i = 0; i + but_last < messages->len; i++) {
        const Message *message = g_ptr_array_index(messages, i);
        gboolean pupil = strcmp(message->author, "pupil") == 0;
        gboolean answer = g_str_has_prefix(message->author, "listener ") ||
                          g_str_has_prefix(message->author, "staff ");
        g_autoptr(Kept) kept = pupil || answer ? kept_open(office, row, message, NULL) : NULL;
        if (kept == NULL || kept->text == NULL)
            continue;
        add_piece(text, pupil, kept->text);
        add_piece(whole, pupil, kept->whole ? kept->whole : kept->text);
        add_to_story(story, kept, pupil);
    }
    if (!g_string_equal(text, whole))
        story->whole = g_strdup(whole->str);
    story->text = g_string_free(g_steal_pointer(&text), FALSE);
    story->passage.subject = story->subject;
    story->passage.text = story->text;
    story->passage.whole_subject = story->whole_subject;
    story->passage.whole = story->whole;
    story->passage.withheld = story->withheld;
    story->passage.again = row->letters > 1;
    if (story->passage.written == 0)
        story->passage.written = row->touched;
    return TRUE;
}
