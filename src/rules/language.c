#include "rules/language.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

/* Fewer letters say too little; more add nothing. Below SURE ICU only guesses. */
enum { LEAST = 20, MOST = 4000, SURE = 10, SCRIPTS = 200 };

/* The script of most of the letters; USCRIPT_COMMON where there are too few. */
static UScriptCode main_script(const char *text) {
    guint counts[SCRIPTS] = {0}, letters = 0;
    UScriptCode best = USCRIPT_COMMON;
    UErrorCode status = U_ZERO_ERROR;
    for (const char *p = text; *p != '\0' && letters < MOST; p = g_utf8_next_char(p)) {
        UChar32 c = (UChar32)g_utf8_get_char(p);
        UScriptCode script = u_isalpha(c) ? uscript_getScript(c, &status) : USCRIPT_COMMON;
        if (script <= USCRIPT_INHERITED || (guint)script >= SCRIPTS)
            continue;
        letters++;
        if (++counts[script] > counts[best])
            best = script;
    }
    return letters < LEAST ? USCRIPT_COMMON : best;
}

static gboolean language_of_script(UScriptCode script, char code[LANGUAGE_ROOM]) {
    char likely[ULOC_FULLNAME_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    g_autofree char *unknown = g_strdup_printf("und_%s", uscript_getShortName(script));
    uloc_addLikelySubtags(unknown, likely, sizeof likely, &status);
    uloc_getLanguage(likely, code, LANGUAGE_ROOM, &status);
    return U_SUCCESS(status) && *code != '\0' && strcmp(code, "und") != 0;
}

/* ICU tells languages apart while it guesses a charset: so we give it the text in one. Answers how
 * sure it is, in 0 … 100. */
static int guess_in(const char *charset, const char *text, gsize length, char code[LANGUAGE_ROOM]) {
    UErrorCode status = U_ZERO_ERROR;
    g_autofree char *bytes = g_malloc(length + 1);
    int32_t count =
        ucnv_convert(charset, "UTF-8", bytes, (int32_t)length, text, (int32_t)length, &status);
    UCharsetDetector *detector = ucsdet_open(&status);
    int sure = 0;
    ucsdet_setText(detector, bytes, count, &status);
    int32_t found = 0;
    const UCharsetMatch **matches = ucsdet_detectAll(detector, &found, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < found && sure == 0; i++) {
        const char *language = ucsdet_getLanguage(matches[i], &status);
        if (language == NULL || *language == '\0' ||
            strcmp(ucsdet_getName(matches[i], &status), charset) != 0)
            continue;
        sure = ucsdet_getConfidence(matches[i], &status);
        g_strlcpy(code, language, LANGUAGE_ROOM);
    }
    ucsdet_close(detector);
    return U_SUCCESS(status) ? sure : 0;
}

gboolean language_of(const char *text, char code[LANGUAGE_ROOM]) {
    char second[LANGUAGE_ROOM] = "";
    gsize length = MIN(strlen(text), (gsize)MOST);
    UScriptCode script = main_script(text);
    if (script == USCRIPT_COMMON)
        return FALSE;
    if (script != USCRIPT_LATIN)
        return language_of_script(script, code);
    int west = guess_in("ISO-8859-1", text, length, code);
    int east = guess_in("ISO-8859-2", text, length, second);
    if (east > west)
        g_strlcpy(code, second, LANGUAGE_ROOM);
    return MAX(east, west) >= SURE;
}
