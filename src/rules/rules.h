/* rules.h: what a letter is about, who should read it, and why. */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include <glib.h>

#include "base/json.h"
#include "base/problems.h"
#include "value/occasion.h"
#include "value/verdict.h"

typedef struct rules Rules;

/* What a rule speaks of: pupils' letters, or the answers of those who answer them. */
enum rules_on { ON_LETTER, ON_ANSWER };

/* A file of rules in memory; its name is a plain one, "30-own.rules". */
typedef struct rule_file {
    char *name, *text; /* owned */
} RuleFile;
RuleFile *rule_file_new(const char *name, const char *text);
void rule_file_free(gpointer file);

/* What `instead` changes of the rules in `folder`, in words for who decides about it: *change is a
 * paragraph for each rule or list, "" where nothing but comments and order changes; *danger is what
 * of it makes danger be seen less, a sentence a line, "" where nothing does. Caller frees both. */
void rules_compare(const char *folder, const GPtrArray *instead, char **change, char **danger);

/* Reads and compiles every *.rules of `folder`, which problems and verdicts name as `shown`
 * ("rules"). Never NULL; unsound rules are left out and in `problems`. `match_limit` is PCRE2's. */
Rules *rules_load(const char *folder, const char *shown, guint match_limit, Problems *problems);
/* The same as if the files `instead` (of RuleFile; NULL: none) stood in `folder`, each in place of
 * the one of its name, or besides. */
Rules *rules_load_with(const char *folder, const char *shown, const GPtrArray *instead,
                       guint match_limit, Problems *problems);
void rules_free(Rules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rules, rules_free)

/* What rule number `index` is called, and what it names outside of the rules; `name` is NULL behind
 * the last. All borrowed. */
typedef struct rule_names {
    const char *name, *file, *reply; /* `reply` may be NULL */
    guint line;
    const GPtrArray *not_for; /* of char * */
} RuleNames;
RuleNames rules_names(const Rules *rules, guint index);

/* How many rules, and how many hits and misses they bring. */
guint rules_count(const Rules *rules);
guint rules_tests(const Rules *rules);

/* Tests each rule with its own hits and misses, as letters or as answers, whichever it speaks of;
 * what fails is a problem at the line of the hit or miss. */
void rules_test(const Rules *rules, Problems *problems);

/* Warns of what is not wrong, but can hardly be meant: phrases that can never count, or that
 * another line swallows; rules that never decide; patterns that a letter could be made for which
 * they do not finish. Takes a while. */
void rules_review(const Rules *rules, Problems *problems);

/* The verdict of the rules for `on`; `subject` may be NULL. Text as it was written, not masked.
 * Never NULL. Whatever stops a rule from being decided makes the verdict `undecided`. Caller frees.
 */
Verdict *rules_judge(const Rules *rules, enum rules_on on, const char *subject, const char *text);

/* The same where something is known of the moment it came in; NULL: nothing is. */
Verdict *rules_judge_at(const Rules *rules, enum rules_on on, const Occasion *occasion,
                        const char *subject, const char *text);

/* Adds the helplines the rules name (char *, owned by `to`). */
void rules_helplines(const Rules *rules, GPtrArray *to);

/* Does any rule ask how often the writer has written? If not, Occasion.letters need not be known.
 */
gboolean rules_count_letters(const Rules *rules);

/* In words, for `rules explain`: each rule that spoke with file, line, key and quoted words, what
 * nearly did, what an `unless` stopped, and what follows (severity, desk, flag, reply). Ends with a
 * line feed. `occasion` may be NULL. Caller frees. */
char *rules_explain(const Rules *rules, enum rules_on on, const Occasion *occasion,
                    const char *subject, const char *text);

/* The same for programs, as one object; see worrybox(1). Caller unrefs. */
Js *rules_explain_json(const Rules *rules, enum rules_on on, const Occasion *occasion,
                       const char *subject, const char *text);

#endif
