/* spelling.h: words as they were meant: misspellings, and words that stand for others ("wanna").
 *
 * A word of a text that is one slip away from a word that phrases are made of (a letter too many,
 * too few, another, or two swapped; two slips from nine letters on) is taken for it, unless it is
 * known to be right as it stands. The first letter has to be right, and words of fewer than four
 * letters are left alone. */
#ifndef RULES_SPELLING_H
#define RULES_SPELLING_H

#include "rules/fold.h"

typedef struct spelling Spelling;

Spelling *spelling_new(void);
void spelling_free(Spelling *spelling);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Spelling, spelling_free)

/* Every word of `folded` is right as it stands. */
void spelling_keep(Spelling *spelling, const Folded *folded);

/* Words of this phrase may be meant by others. */
void spelling_learn(Spelling *spelling, const Folded *folded);

/* `word`, one word, stands for `means`, one or more. */
void spelling_mean(Spelling *spelling, const Folded *word, const Folded *means);

/* Call once, when all has been told. */
void spelling_close(Spelling *spelling);

/* Readings of `folded` in which words are mended: of each only the mended words with those around
 * them that a phrase could reach, those from different places parted by a letter that no phrase
 * has. Of Folded, owned; empty where there is nothing to mend. Caller unrefs. */
GPtrArray *spelling_readings(const Spelling *spelling, const Folded *folded);

#endif
