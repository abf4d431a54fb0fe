#include "rules/automaton.h"

#include <string.h>

/* Node 0 is the root. */
typedef struct node {
    guint64 mask;       /* which symbols lead on */
    guint32 child;      /* the node for the lowest of them */
    guint32 fail;       /* the longest other node that this one ends with */
    guint32 out;        /* the next along `fail` where keys end; 0: none */
    guint32 key, count; /* the keys that end here: sorted[key] and those after it */
} Node;

struct automaton {
    Node *nodes;     /* owned */
    guint32 *sorted; /* owned; indices of keys, in the order of the keys */
    guint nodes_count, keys_count;
};

/* What building needs to know of the keys. */
typedef struct build {
    const guint8 *const *keys;
    const guint *lengths;
    Automaton *out;
    guint32 *low, *high; /* of each node: its share of out->sorted */
} Build;

static gint compare(gconstpointer a, gconstpointer b, gpointer data) {
    const Build *build = data;
    guint x = *(const guint32 *)a, y = *(const guint32 *)b;
    guint n = build->lengths[x], m = build->lengths[y];
    int order = memcmp(build->keys[x], build->keys[y], MIN(n, m));
    if (order != 0)
        return order;
    if (n != m)
        return n < m ? -1 : 1;
    return x < y ? -1 : x > y;
}

static guint32 child_of(const Node *node, guint symbol) {
    return node->child + (guint32)__builtin_popcountll(node->mask & ((1ull << symbol) - 1));
}

static guint32 follow(const Node *nodes, guint32 state, guint symbol) {
    while (!(nodes[state].mask >> symbol & 1)) {
        if (state == 0)
            return 0;
        state = nodes[state].fail;
    }
    return child_of(&nodes[state], symbol);
}

/* Gives node `index`, whose keys share `depth` symbols, its keys and children. */
static void grow(Build *build, guint32 index, guint depth) {
    Automaton *out = build->out;
    Node *node = &out->nodes[index];
    guint32 i = build->low[index];
    node->key = i;
    while (i < build->high[index] && build->lengths[out->sorted[i]] == depth)
        i++;
    node->count = i - node->key;
    node->child = out->nodes_count;
    while (i < build->high[index]) {
        guint8 symbol = build->keys[out->sorted[i]][depth];
        guint32 child = out->nodes_count++;
        node->mask |= 1ull << symbol;
        build->low[child] = i;
        while (i < build->high[index] && build->keys[out->sorted[i]][depth] == symbol)
            i++;
        build->high[child] = i;
    }
}

/* Children of a node whose own `fail` is known. */
static void link_children(Node *nodes, guint32 index) {
    const Node *node = &nodes[index];
    for (guint64 rest = node->mask; rest != 0; rest &= rest - 1) {
        guint symbol = (guint)__builtin_ctzll(rest);
        Node *child = &nodes[child_of(node, symbol)];
        child->fail = index == 0 ? 0 : follow(nodes, node->fail, symbol);
        const Node *fail = &nodes[child->fail];
        child->out = child->fail != 0 && fail->count > 0 ? child->fail : fail->out;
    }
}

static void build_nodes(Build *build, guint most) {
    Automaton *out = build->out;
    guint depth = 0;
    out->nodes = g_new0(Node, most);
    out->nodes_count = 1;
    build->high[0] = out->keys_count;
    for (guint32 from = 0, to = 1; from < to; depth++) {
        for (guint32 i = from; i < to; i++)
            grow(build, i, depth);
        from = to;
        to = out->nodes_count;
    }
    out->nodes = g_renew(Node, out->nodes, out->nodes_count);
    for (guint32 i = 0; i < out->nodes_count; i++)
        link_children(out->nodes, i);
}

Automaton *automaton_new(const guint8 *const *keys, const guint *lengths, guint count) {
    Automaton *out = g_new0(Automaton, 1);
    guint most = 1;
    out->keys_count = count;
    out->sorted = g_new(guint32, count + 1);
    for (guint i = 0; i < count; i++) {
        out->sorted[i] = i;
        most += lengths[i];
    }
    g_autofree guint32 *low = g_new0(guint32, most), *high = g_new0(guint32, most);
    Build build = {keys, lengths, out, low, high};
    g_qsort_with_data(out->sorted, (gint)count, sizeof *out->sorted, compare, &build);
    build_nodes(&build, most);
    return out;
}

void automaton_free(Automaton *automaton) {
    if (automaton == NULL)
        return;
    g_free(automaton->nodes);
    g_free(automaton->sorted);
    g_free(automaton);
}

void automaton_scan(const Automaton *automaton, const guint8 *symbols, gsize length,
                    AutomatonFound found, gpointer data) {
    const Node *nodes = automaton->nodes;
    guint32 state = 0;
    for (gsize i = 0; i < length; i++) {
        state = follow(nodes, state, symbols[i]);
        guint32 at = nodes[state].count > 0 ? state : nodes[state].out;
        for (; at != 0; at = nodes[at].out)
            for (guint32 k = 0; k < nodes[at].count; k++)
                found(automaton->sorted[nodes[at].key + k], i + 1, data);
    }
}

gsize automaton_bytes(const Automaton *automaton) {
    return automaton->nodes_count * sizeof(Node) + automaton->keys_count * sizeof(guint32);
}
