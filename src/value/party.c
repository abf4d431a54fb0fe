#include "value/party.h"

#include <string.h>

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
        return g_strdup("pupil");
    return g_strdup_printf("%s %s", party->side == SIDE_LISTENER ? "listener" : "staff",
                           party->name);
}

Party *party_read(const char *text) {
    if (text == NULL)
        return NULL;
    if (strcmp(text, "pupil") == 0)
        return party_new(SIDE_PUPIL, NULL);
    if (g_str_has_prefix(text, "listener ") && text[9] != '\0')
        return party_new(SIDE_LISTENER, text + 9);
    if (g_str_has_prefix(text, "staff ") && text[6] != '\0')
        return party_new(SIDE_STAFF, text + 6);
    return NULL;
}
