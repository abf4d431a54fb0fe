/* fuzz.h: what the fuzzers of this folder share.
 *
 * Each file gives LLVMFuzzerTestOneInput(): any bytes at all go in, and it aborts where something
 * that must always hold does not. libFuzzer calls it (`make fuzz FUZZ=NAME`); as an ordinary test
 * driver.c calls it with every file of its corpus.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* A word that stands nowhere in the input, for it is made of a hash of it: whatever the fuzzer
 * learns, it cannot write this word. */
typedef struct mark {
    char word[17];
} Mark;

static inline Mark mark_of(const guint8 *data, gsize size) {
    Mark mark = {.word = "zq"};
    guint64 hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (gsize i = 0; i < size; i++)
        hash = (hash ^ data[i]) * 0x100000001b3u;
    for (guint i = 2; i < sizeof mark.word - 1; i++, hash /= 26)
        mark.word[i] = (char)('a' + hash % 26);
    return mark;
}

/* assert() that is never compiled out. */
static inline void holds(gboolean yes, const char *file, int line, const char *what) {
    if (yes)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}
#define HOLDS(what) holds((what), __FILE__, __LINE__, #what)

#endif
