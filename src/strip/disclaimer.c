#include "strip/disclaimer.h"

#include <string.h>

enum { LEGAL_BYTES = 90, NOTE_BYTES = 400, PARAGRAPH_BYTES = 6000, TELLING = 2 };

/* How they begin. */
static const char *const LEGAL[] = {"this email and any",
                                    "this e-mail and any",
                                    "this message and any",
                                    "this email is intended",
                                    "this e-mail is intended",
                                    "this message is intended",
                                    "this email is confidential",
                                    "this e-mail is confidential",
                                    "this message contains confidential",
                                    "this email may contain",
                                    "this e-mail may contain",
                                    "this message may contain",
                                    "the information contained in this",
                                    "the information in this email",
                                    "the contents of this email",
                                    "the contents of this e-mail",
                                    "confidentiality notice",
                                    "disclaimer:",
                                    "email disclaimer",
                                    "important notice:",
                                    "privileged and confidential",
                                    "if you are not the intended recipient",
                                    "if you have received this email in error",
                                    "if you have received this e-mail in error",
                                    "any views or opinions expressed",
                                    "mae'r neges hon",
                                    "mae'r e-bost hwn",
                                    "diese e-mail enthält",
                                    "ce message et toutes",
                                    "ce courriel et",
                                    "este mensaje y",
                                    "este correo electrónico",
                                    "esta mensagem",
                                    "le informazioni contenute in questo",
                                    "questo messaggio",
                                    "ta wiadomość",
                                    "niniejsza wiadomość",
                                    "acest mesaj",
                                    "dit bericht is",
                                    NULL};
static const char *const NOTES[] = {"please consider the environment before",
                                    "please think of the environment before",
                                    "think before you print",
                                    "virus-free.",
                                    "this email has been scanned",
                                    "this e-mail has been scanned",
                                    "this email has been checked for viruses",
                                    "this e-mail has been checked for viruses",
                                    "caution: this email originated",
                                    "caution: this e-mail originated",
                                    "caution: external",
                                    "warning: this email originated",
                                    "this email originated from outside",
                                    "this message was sent from outside",
                                    "[external email",
                                    "[external sender",
                                    "external email:",
                                    "you don't often get email from",
                                    "meddyliwch cyn argraffu",
                                    "ystyriwch yr amgylchedd",
                                    "bitte denken sie an die umwelt",
                                    "pensez à l'environnement",
                                    NULL};

/* What every one says that is not of these beginnings: that it is not for everybody … */
static const char *const SECRET[] = {
    "confidential", "privileged", "cyfrinach", "gyfrinach", "vertraulich", "confidentiel",
    "confidencial", "riservat",   "poufn",     "confidenț", "confidenţ",   "gizli",
    "سري",          "سرية",       "خفیہ",      "গোপনীয়",    "গোপনীয়",      "ਗੁਪਤ",
    "保密",         "机密",       "機密",      NULL};
/* … whom it is for, what to do if it came to somebody else, and who pays for nothing. */
static const char *const TELLS[] = {
    "recipient", "addressee",  "sender",    "unauthori",  "liab",        "in error",  "viruses",
    "disclos",   "delete",     "derbyn",    "anfonwr",    "gamgymeriad", "dile",      "empfänger",
    "absender",  "unbefugt",   "irrtüm",    "vernicht",   "destinatair", "expédit",   "par erreur",
    "détrui",    "destinatar", "remitente", "por error",  "remetente",   "engano",    "divulg",
    "mittente",  "per errore", "adresat",   "nadawc",     "pomyłk",      "omyłk",     "expeditor",
    "eroare",    "șterge",     "şterge",    "alıcı",      "gönderen",    "yanlışlık", "المستلم",
    "المرسل",    "بالخطأ",     "حذف",       "وصول کنندہ", "غلطی",        "প্রাপক",     "ভুল",
    "মুছে",       "ਪ੍ਰਾਪਤਕਰਤਾ",  "ਗਲਤੀ",      "ਮਿਟਾ",       "收件人",      "发件人",    "寄件",
    "删除",      "刪除",       "误收",      NULL};

static guint count_of(const char *text, const char *const *words, guint enough) {
    guint found = 0;
    for (; *words != NULL && found < enough; words++)
        found += strstr(text, *words) != NULL;
    return found;
}

static gboolean begins(const char *text, const char *const *starts) {
    text += strspn(text, "*_-=( ");
    for (; *starts != NULL; starts++)
        if (**starts == *text && g_str_has_prefix(text, *starts))
            return TRUE;
    return FALSE;
}

/* The paragraph's lines, folded and joined. It ends at a rule, where another may begin: a letter of
 * nothing but rules is read once, not once for each of them. */
static char *paragraph(const Lines *lines, guint at, guint end, guint *past) {
    GString *out = g_string_new(NULL);
    guint i = at;
    for (; i < end && lines->line[i].kind == LINE_OWN && !line_blank(&lines->line[i]); i++) {
        if (i > at && line_is_rule(&lines->line[i], 2))
            break;
        g_autofree char *folded = out->len < PARAGRAPH_BYTES ? line_folded(&lines->line[i]) : NULL;
        g_string_append_printf(out, "%s%s", i > at ? " " : "", folded ? folded : "");
    }
    *past = i;
    return g_string_free(out, FALSE);
}

enum disclaimer disclaimer_at(const Lines *lines, guint at, guint end, guint *past) {
    const Line *line = &lines->line[at];
    gboolean first =
        at == 0 || line[-1].kind != LINE_OWN || line_blank(line - 1) || line_is_rule(line - 1, 2);
    g_autofree char *start = first ? NULL : line_folded(line);
    if (!first && !begins(start, LEGAL))
        return DISCLAIMER_NONE;
    g_autofree char *text = paragraph(lines, at, end, past);
    gsize bytes = strlen(text);
    if (bytes >= LEGAL_BYTES &&
        (begins(text, LEGAL) ||
         (first && count_of(text, SECRET, 1) > 0 && count_of(text, TELLS, TELLING) == TELLING)))
        return DISCLAIMER_LEGAL;
    return bytes <= NOTE_BYTES && begins(text, NOTES) ? DISCLAIMER_NOTE : DISCLAIMER_NONE;
}
