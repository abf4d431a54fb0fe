#include "value/party.h"

#include <string.h>

static const char *const SIDES[] = {"pupil", "listener", "staff", "record"};

Party *party_new(enum side side, const char *name) {
    Party *party = g_new0(Party, 1);
    party->side = side;
    party->name = g_strdup(name);
    return party;
}

void party_free(Party *party) {
    if (party == NULL)
        return;
    g_free(party->name);
    g_free(party);
}

char *party_text(const Party *party) {
    if (party->side == SIDE_PUPIL)
        return g_strdup(SIDES[SIDE_PUPIL]);
    return g_strdup_printf("%s %s", SIDES[party->side], party->name);
}

Party *party_read(const char *text) {
    if (text == NULL)
        return NULL;
    if (strcmp(text, "pupil") == 0)
        return party_new(SIDE_PUPIL, NULL);
    const char *blank = strchr(text, ' ');
    for (guint i = SIDE_LISTENER; blank != NULL && blank[1] != '\0' && i <= SIDE_RECORD; i++)
        if (strlen(SIDES[i]) == (gsize)(blank - text) &&
            strncmp(text, SIDES[i], (gsize)(blank - text)) == 0)
            return party_new((enum side)i, blank + 1);
    return NULL;
}
