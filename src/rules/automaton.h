/* automaton.h: finds all of many keys in one pass (Aho and Corasick).
 *
 * Nodes lie in one array, breadth first, so that the children of a node are neighbours: a bit mask
 * of symbols and the place of the first child is all a node needs. Thirty-two bytes a node. */
#ifndef RULES_AUTOMATON_H
#define RULES_AUTOMATON_H

#include <glib.h>

/* Symbols are below 64. */
typedef struct automaton Automaton;

/* From `count` keys, none of them empty; equal ones may be among them. Caller frees. */
Automaton *automaton_new(const guint8 *const *keys, const guint *lengths, guint count);
void automaton_free(Automaton *automaton);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Automaton, automaton_free)

/* Tells `found` of each key in `symbols`: its index, and the index behind its last symbol. */
typedef void (*AutomatonFound)(guint key, gsize end, gpointer data);
void automaton_scan(const Automaton *automaton, const guint8 *symbols, gsize length,
                    AutomatonFound found, gpointer data);

gsize automaton_bytes(const Automaton *automaton);

#endif
