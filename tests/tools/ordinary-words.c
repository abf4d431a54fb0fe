/* Which of the words on standard input, one a line, the rules of a folder would take for the
 * misspelling of another: ordinary-words FOLDER </usr/share/dict/british-english-small
 *
 * What it prints, as `ordinary` lines, belongs into rules/02-spelling.rules once a word more stands
 * in a phrase of a rule that forgives misspellings. */
#include <stdio.h>
#include <string.h>

#include "rules/inside.h"

enum { WIDTH = 90 };

static gboolean taken_for_another(const Rules *rules, const char *word) {
    g_autoptr(Folded) folded = fold(rules->glyphs, word, strlen(word), FALSE);
    g_autoptr(GPtrArray) readings = spelling_readings(rules->spelling, folded);
    const Folded *first = readings->len > 0 ? g_ptr_array_index(readings, 0) : NULL;
    return folded->words == 1 && first != NULL && first->letters[0].mended == MENDED_SLIP;
}

int main(int argc, char **argv) {
    char line[256];
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(Problems) problems = problems_new();
    if (argc != 2) {
        fputs("ordinary-words FOLDER <WORDS\n", stderr);
        return 64;
    }
    g_autoptr(Rules) rules = rules_load(argv[1], "rules", 1000, problems);
    g_autoptr(GString) out = g_string_new("    ordinary ");
    while (fgets(line, sizeof line, stdin) != NULL) {
        g_autofree char *small = g_utf8_strdown(g_strstrip(line), -1);
        g_auto(GStrv) pieces = g_strsplit(small, "'", -1);
        g_autofree char *word = g_strjoinv("", pieces);
        if (!taken_for_another(rules, word) || !g_hash_table_add(told, g_strdup(word)))
            continue;
        if (out->len + strlen(word) > WIDTH) {
            puts(out->str);
            g_string_assign(out, "    ordinary ");
        }
        g_string_append_printf(out, " %s", word);
    }
    if (g_hash_table_size(told) > 0)
        puts(out->str);
    return 0;
}
