#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pattern.h"

#include <pcre2.h>
#include <string.h>
#include <time.h>

/* PCRE2 counts its limit anew at every place a match may begin, so places are tried in blocks, with
 * a look at the time between them. */
enum { BLOCK = 256, PATIENCE = 30 * 1000 * 1000 /* ns */, STACK = 256 * 1024 };

struct pattern {
    pcre2_code *code; /* owned */
};

struct matcher {
    pcre2_match_context *context; /* owned */
    pcre2_match_data *data;       /* owned; room for the whole match only */
    pcre2_jit_stack *stack;       /* owned; NULL where there is no JIT */
    gint64 began, began_here;     /* when the letter was begun, by the wall's and our own time */
};

static char *why(int code) {
    PCRE2_UCHAR text[256];
    if (pcre2_get_error_message(code, text, sizeof text) < 0)
        return g_strdup("this pattern cannot be compiled");
    return g_strdup((const char *)text);
}

/* A pattern that matches nothing at all matches everywhere. */
static gboolean matches_nothing(const pcre2_code *code) {
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int found = pcre2_match(code, (PCRE2_SPTR) "", 0, 0, 0, data, NULL);
    pcre2_match_data_free(data);
    return found >= 0;
}

Pattern *pattern_new(const char *text, char **message, gsize *offset) {
    uint32_t options =
        PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C;
    int code = 0;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)text, strlen(text), options, &code, offset, NULL);
    if (compiled == NULL) {
        *message = why(code);
        return NULL;
    }
    if (matches_nothing(compiled)) {
        *offset = 0;
        *message = g_strdup("this pattern matches an empty letter, so it would match every letter");
        pcre2_code_free(compiled);
        return NULL;
    }
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE); /* where it is refused, matching interprets */
    Pattern *pattern = g_new(Pattern, 1);
    pattern->code = compiled;
    return pattern;
}

void pattern_free(Pattern *pattern) {
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    g_free(pattern);
}

Matcher *matcher_new(guint match_limit) {
    Matcher *matcher = g_new0(Matcher, 1);
    matcher->context = pcre2_match_context_create(NULL);
    matcher->data = pcre2_match_data_create(1, NULL);
    matcher->stack = pcre2_jit_stack_create(32 * 1024, STACK, NULL);
    pcre2_set_match_limit(matcher->context, match_limit);
    pcre2_set_depth_limit(matcher->context, match_limit);
    pcre2_set_heap_limit(matcher->context, 4096); /* KiB */
    if (matcher->stack != NULL)
        pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
    return matcher;
}

void matcher_free(Matcher *matcher) {
    if (matcher == NULL)
        return;
    pcre2_match_context_free(matcher->context);
    pcre2_match_data_free(matcher->data);
    if (matcher->stack != NULL)
        pcre2_jit_stack_free(matcher->stack);
    g_free(matcher);
}

/* The first byte at or after `at` that begins a character. */
static gsize character_at(const char *text, gsize length, gsize at) {
    while (at < length && ((guchar)text[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static gint64 now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

void matcher_begin(Matcher *matcher) {
    matcher->began = now(CLOCK_MONOTONIC);
    matcher->began_here = now(CLOCK_THREAD_CPUTIME_ID);
}

/* The wall's time is quick to ask, but a busy machine must not make letters undecided: it is the
 * processor's time that counts. */
static gboolean out_of_patience(const Matcher *matcher) {
    return now(CLOCK_MONOTONIC) - matcher->began > PATIENCE &&
           now(CLOCK_THREAD_CPUTIME_ID) - matcher->began_here > PATIENCE;
}

static int match_block(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                       gsize at) {
    pcre2_set_offset_limit(matcher->context, at + BLOCK);
    return pcre2_match(pattern->code, (PCRE2_SPTR)text, length, at,
                       PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, matcher->data, matcher->context);
}

enum match pattern_find(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                        gsize *from, gsize *to) {
    int code = PCRE2_ERROR_NOMATCH;
    for (gsize at = *from; at <= length && code == PCRE2_ERROR_NOMATCH;) {
        if (out_of_patience(matcher))
            return MATCH_UNSURE;
        code = match_block(pattern, matcher, text, length, at);
        at = character_at(text, length, at + BLOCK + 1);
    }
    if (code < 0)
        return code == PCRE2_ERROR_NOMATCH ? MATCH_NO : MATCH_UNSURE;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(matcher->data);
    *from = MIN(ends[0], ends[1]); /* \K in a lookahead can turn them round */
    *to = MAX(ends[0], ends[1]);
    return MATCH_YES;
}
