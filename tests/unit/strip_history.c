/* Where an answer ends and what it answers begins: the lines that mail clients put between the two,
 * client by client and language by language, and words of people that only look like them. */
#include "strip/strip.h"

#include <string.h>

#define NAME    "Hillside Listen"
#define ADDRESS "listen@h.example"
#define WHO     NAME " <" ADDRESS ">"
#define OWN     "That sounds hard.\nYou did well to write."
#define QUOTE   "> I do not want to go to school.\n> they laugh at me\n"
#define PLAIN   "I do not want to go to school.\nthey laugh at me\n"

/* What a line needs below it to be taken for an attribution. */
enum needs {
    BARE,   /* nothing */
    QUOTED, /* a quote with marks */
    LEAD    /* the same, and a listener as author */
};

typedef struct row {
    const char *client, *text;
    enum needs needs;
} Row;

static const Row ATTRIBUTIONS[] = {
    {"gmail-en", "On Mon, 2 Mar 2026 at 10:15, " WHO " wrote:", BARE},
    {"gmail-en-us", "On Mon, Mar 2, 2026 at 10:15 AM " WHO " wrote:", BARE},
    {"gmail-en-wrap", "On Mon, 2 Mar 2026 at 10:15, " NAME "\n<" ADDRESS "> wrote:", BARE},
    {"gmail-en-wrap2", "On Mon, 2 Mar 2026 at 10:15, " NAME " <\n" ADDRESS "> wrote:", BARE},
    {"gmail-cy", "Ar Llun, 2 Maw 2026 am 10:15 " WHO " ysgrifennodd:", BARE},
    {"gmail-cy2", "Ar ddydd Llun, 2 Mawrth 2026 am 10:15, ysgrifennodd " WHO ":", BARE},
    {"gmail-pl", "pon., 2 mar 2026 o 10:15 " WHO " napisał(a):", BARE},
    {"gmail-ro", "În lun., 2 mar. 2026 la 10:15, " WHO " a scris:", BARE},
    {"gmail-ro2", "Pe lun., 2 mar. 2026 la 10:15, " WHO " a scris:", BARE},
    {"gmail-ur",
     "پیر، 2 مارچ، 2026 کو 10:15 AM پر " NAME " \342\200\252<" ADDRESS ">\342\200\254 نے لکھا:",
     BARE},
    {"gmail-ar",
     "في الاثنين، 2 مارس 2026 في 10:15 ص تمت كتابة ما يلي بواسطة " NAME " <\342\200\252" ADDRESS
     "\342\200\254\342\200\217>:",
     BARE},
    {"gmail-ar-digits",
     "في الاثنين، ٢ مارس ٢٠٢٦ في ١٠:١٥ ص كتب " NAME " <\342\200\252" ADDRESS
     "\342\200\254\342\200\217>:",
     BARE},
    {"gmail-pa", "ਸੋਮ, 2 ਮਾਰਚ 2026 ਨੂੰ 10:15 ਪੂ.ਦੁ. ਵਜੇ, " WHO " ਨੇ ਲਿਖਿਆ:", BARE},
    {"gmail-bn", "সোম, ২ মার্চ, ২০২৬ তারিখে ১০:১৫ AM টায় " WHO " লিখেছেন:", BARE},
    {"gmail-bn2", "সোম ২ মার্চ, ২০২৬, ১০:১৫ এ তে " WHO " লিখেছে:", BARE},
    {"gmail-pt-pt", WHO " escreveu (segunda, 2/03/2026 à(s) 10:15):", BARE},
    {"gmail-pt-pt2", WHO " escreveu no dia segunda, 2/03/2026 à(s) 10:15:", BARE},
    {"gmail-pt-br", "Em seg., 2 de mar. de 2026 às 10:15, " WHO " escreveu:", BARE},
    {"gmail-es", "El lun, 2 mar 2026 a las 10:15, " NAME " (<" ADDRESS ">) escribió:", BARE},
    {"gmail-es-419",
     "El lun, 2 mar 2026 a la(s) 10:15 a.m., " NAME " (" ADDRESS ") escribió:", BARE},
    {"gmail-fr", "Le lun. 2 mars 2026 à 10:15, " WHO " a écrit :", BARE},
    {"gmail-fr-nbsp", "Le lun. 2 mars 2026 à 10:15, " WHO " a\nécrit\302\240:", BARE},
    {"gmail-de", "Am Mo., 2. März 2026 um 10:15 Uhr schrieb " WHO ":", BARE},
    {"gmail-de-wrap", "Am Mo., 2. März 2026 um 10:15 Uhr schrieb " NAME " <\n" ADDRESS ">:", BARE},
    {"gmail-it", "Il giorno lun 2 mar 2026 alle ore 10:15 " WHO " ha scritto:", BARE},
    {"gmail-it-wrap",
     "Il giorno lun 2 mar 2026 alle ore 10:15 " NAME " <\n" ADDRESS "> ha scritto:", BARE},
    {"gmail-tr", WHO ", 2 Mar 2026 Pzt, 10:15 tarihinde şunu yazdı:", BARE},
    {"gmail-tr-wrap", WHO ", 2 Mar 2026 Pzt, 10:15\ntarihinde şunu yazdı:", BARE},
    {"gmail-zh", WHO " 于2026年3月2日周一 10:15写道：", BARE},
    {"gmail-tw", WHO " 於 2026年3月2日 週一 上午10:15寫道：", BARE},
    {"apple-en", "On 2 Mar 2026, at 10:15, " WHO " wrote:", BARE},
    {"apple-en-us", "On Mar 2, 2026, at 10:15\342\200\257AM, " WHO " wrote:", BARE},
    {"apple-cy", "Ar 2 Maw 2026, am 10:15, ysgrifennodd " WHO ":", BARE},
    {"apple-de", "Am 02.03.2026 um 10:15 schrieb " WHO ":", BARE},
    {"apple-es", "El 2 mar 2026, a las 10:15, " WHO " escribió:", BARE},
    {"apple-fr", "Le 2 mars 2026 à 10:15, " WHO " a écrit :", BARE},
    {"apple-it", "Il giorno 2 mar 2026, alle ore 10:15, " WHO " ha scritto:", BARE},
    {"apple-pl", "Wiadomość napisana przez " WHO " w dniu 2 mar 2026, o godz. 10:15:", BARE},
    {"apple-pt", "No dia 02/03/2026, às 10:15, " WHO " escreveu:", BARE},
    {"apple-br", "Em 2 de mar. de 2026, à(s) 10:15, " WHO " escreveu:", BARE},
    {"apple-ro", "Pe 2 mar. 2026, la 10:15, " WHO " a scris:", BARE},
    {"apple-tr", WHO " şunları yazdı (2 Mar 2026 10:15):", BARE},
    {"apple-zh", "在 2026年3月2日，10:15，" WHO " 写道：", BARE},
    {"apple-zh2", "2026年3月2日 上午10:15，" WHO " 写道：", BARE},
    {"apple-tw", WHO " 於 2026年3月2日 上午10:15 寫道：", BARE},
    {"apple-ar", "في ٢ مارس ٢٠٢٦، الساعة ١٠:١٥ ص، كتب/كتبت " WHO ":", BARE},
    {"tb-en", "On 02/03/2026 10:15, " NAME " wrote:", QUOTED},
    {"tb-cy", "Ar 02/03/2026 10:15, ysgrifennodd " NAME ":", QUOTED},
    {"tb-cy2", "Ar 02/03/2026 am 10:15, " NAME " ysgrifennodd:", QUOTED},
    {"tb-de", "Am 02.03.26 um 10:15 schrieb " NAME ":", QUOTED},
    {"tb-fr", "Le 02/03/2026 à 10:15, " NAME " a écrit :", QUOTED},
    {"tb-es", "El 2/3/26 a las 10:15, " NAME " escribió:", QUOTED},
    {"tb-it", "Il 02/03/2026 10:15, " NAME " ha scritto:", QUOTED},
    {"tb-br", "Em 02/03/2026 10:15, " NAME " escreveu:", QUOTED},
    {"tb-pt", "Às 10:15 de 02/03/2026, " NAME " escreveu:", QUOTED},
    {"tb-pl", "W dniu 2.03.2026 o 10:15, " NAME " pisze:", QUOTED},
    {"tb-pl2", "Dnia 2.03.2026 o godz. 10:15, " NAME " napisał(a):", QUOTED},
    {"tb-tr", "02.03.2026 10:15 tarihinde " NAME " yazdı:", QUOTED},
    {"tb-zh", "在 2026/3/2 10:15, " NAME " 写道:", QUOTED},
    {"tb-tw", NAME " 於 2026/3/2 上午 10:15 寫道:", QUOTED},
    {"tb-ro", "Pe 02.03.2026 10:15, " NAME " a scris:", QUOTED},
    {"tb-ro2", "La 02.03.2026 10:15, " NAME " a scris:", QUOTED},
    {"tb-ar", "في 02/03/2026 10:15 ص، كتب " NAME ":", QUOTED},
    {"tb-pa", "02/03/2026 10:15 ਪੂ.ਦੁ. ਨੂੰ, " NAME " ਨੇ ਲਿਖਿਆ:", QUOTED},
    {"tb-bn", "০২/০৩/২০২৬ ১০:১৫ তারিখে, " NAME " লিখেছেন:", QUOTED},
    {"tb-ur", "بتاریخ 02/03/2026 10:15، " NAME " نے لکھا:", QUOTED},
    {"proton-old",
     "------- Original Message -------\nOn Monday, March 2nd, 2026 at 10:15 AM, " WHO " wrote:",
     BARE},
    {"proton", "On Monday, 2 March 2026 at 10:15, " WHO " wrote:", BARE},
    {"proton-de", WHO " schrieb am Montag, 2. März 2026 um 10:15:", BARE},
    {"proton-fr", "Le lundi 2 mars 2026 à 10:15, " WHO " a écrit :", BARE},
    {"yahoo", "    On Monday, 2 March 2026 at 10:15:00 GMT, " WHO " wrote:  ", BARE},
    {"yahoo-es", "    En lunes, 2 de marzo de 2026, 10:15:00 CET, " WHO " escribió:  ", BARE},
    {"yahoo-fr", "    Le lundi 2 mars 2026 à 10:15:00 UTC+1, " WHO " a écrit :  ", BARE},
    {"yahoo-de",
     "    Am Montag, 2. März 2026 um 10:15:00 MEZ hat " WHO " Folgendes geschrieben:  ", BARE},
    {"yahoo-it", "    Il lunedì 2 marzo 2026 alle ore 10:15:00 CET, " WHO " ha scritto:  ", BARE},
    {"yahoo-br",
     "    Em segunda-feira, 2 de março de 2026 às 10:15:00 BRT, " WHO " escreveu:  ", BARE},
    {"yahoo-pl",
     "    W dniu poniedziałek, 2 marca 2026 10:15:00 CET, użytkownik " WHO " napisał:  ", BARE},
    {"yahoo-ro", "    luni, 2 martie 2026, 10:15:00 EET, " WHO " a scris:  ", BARE},
    {"yahoo-tr", "    2 Mart 2026 Pazartesi 10:15:00 GMT+3 tarihinde " WHO " şunu yazdı:  ", BARE},
    {"k9", "On 2 March 2026 10:15:00 GMT, " WHO " wrote:", BARE},
    {"k9-de", "Am 2. März 2026 10:15:00 MEZ schrieb " WHO ":", BARE},
    {"k9-pl", "W dniu 2 marca 2026 10:15:00 CET " WHO " napisał/a:", BARE},
    {"spark", "On 2 Mar 2026 at 10:15 +0000, " WHO ", wrote:", BARE},
    {"newton",
     "On Mon, Mar 02, 2026 at 10:15 AM " NAME "\n< " ADDRESS " [" ADDRESS "] > wrote:", BARE},
    {"fastmail", "On Mon, 2 Mar 2026, at 10:15 AM, " NAME " wrote:", QUOTED},
    {"lotus", WHO " wrote on 02/03/2026 10:15:00:", BARE},
    {"lotus-dash", "-----" WHO " wrote: -----", BARE},
    {"lotus-dash2",
     "-----\"" NAME "\" wrote: -----\nTo: jess@x.example\nFrom: " ADDRESS
     "\nDate: 02/03/2026 10:15\nSubject: letter",
     BARE},
    {"yandex-ru", "02.03.2026, 10:15, \"" NAME "\" <" ADDRESS ">:", BARE},
    {"mailru", "Понедельник, 2 марта 2026, 10:15 +03:00 от " WHO ":", BARE},
    {"gmx",
     "Gesendet: Montag, 02. März 2026 um 10:15 Uhr\nVon: \"" NAME "\" <" ADDRESS
     ">\nAn: jess@x.example\nBetreff: letter",
     BARE},
    {"wp-pl", "Dnia 2 marca 2026 10:15 " WHO " napisał(a):", BARE},
    {"interia",
     "Od: \"" NAME "\" <" ADDRESS
     ">\nDo: jess@x.example\nWysłane: 10:15 Poniedziałek 2026-03-02\nTemat: letter",
     BARE},
    {"seznam",
     "---------- Původní e-mail ----------\nOd: " WHO
     "\nKomu: jess@x.example\nDatum: 2. 3. 2026 10:15:00\nPředmět: letter",
     BARE},
    {"qq",
     "------------------ 原始邮件 ------------------\n发件人: \"" NAME "\"<" ADDRESS
     ">;\n发送时间: 2026年3月2日(星期一) 上午10:15\n收件人: \"jess\"<jess@x.example>;\n主题: "
     "letter",
     BARE},
    {"163", "At 2026-03-02 10:15:00, \"" NAME "\" <" ADDRESS "> wrote:", BARE},
    {"163-zh", "在 2026-03-02 10:15:00，\"" NAME "\" <" ADDRESS "> 写道：", BARE},
    {"rediff", "From: " WHO "\nSent: Mon, 2 Mar 2026 10:15:00\nTo: jess@x.example\nSubject: letter",
     BARE},
    {"samsung",
     "-------- Original message --------\nFrom: " WHO
     " \nDate: 02/03/2026  10:15  (GMT+00:00) \nTo: jess@x.example \nSubject: letter ",
     BARE},
    {"zimbra",
     "----- Original Message -----\nFrom: \"" NAME "\" <" ADDRESS
     ">\nTo: \"jess\" <jess@x.example>\nSent: Monday, 2 March, 2026 10:15:00\nSubject: letter",
     BARE},
    {"zimbra-pipe",
     "From: \"" NAME "\" <" ADDRESS
     ">\nTo: \"jess\" <jess@x.example>\nSent: Monday, 2 March, 2026 10:15:00\nSubject: letter",
     BARE},
    {"zimbra-fr",
     "----- Mail original -----\nDe: \"" NAME "\" <" ADDRESS
     ">\nÀ: \"jess\" <jess@x.example>\nEnvoyé: Lundi 2 Mars 2026 10:15:00\nObjet: letter",
     BARE},
    {"zimbra-fr2",
     "De: \"" NAME "\" <" ADDRESS
     ">\nÀ: \"jess\" <jess@x.example>\nEnvoyé: Lundi 2 Mars 2026 10:15:00\nObjet: letter",
     BARE},
    {"zimbra-it",
     "Da: \"" NAME "\" <" ADDRESS
     ">\nA: \"jess\" <jess@x.example>\nInviato: Lunedì, 2 marzo 2026 10:15:00\nOggetto: letter",
     BARE},
    {"zimbra-de",
     "----- Ursprüngliche Mail -----\nVon: \"" NAME "\" <" ADDRESS
     ">\nAn: \"jess\" <jess@x.example>\nGesendet: Montag, 2. März 2026 10:15:00\nBetreff: letter",
     BARE},
    {"horde", "Quoting " WHO ":", BARE},
    {"horde-de", "Zitat von " WHO ":", BARE},
    {"roundcube", "On 2026-03-02 10:15, " NAME " wrote:", QUOTED},
    {"roundcube-de", "Am 2026-03-02 10:15, schrieb " NAME ":", QUOTED},
    {"squirrel", NAME " wrote:", LEAD},
    {"mutt", "On Mon, Mar 02, 2026 at 10:15:00AM +0000, " NAME " wrote:", QUOTED},
    {"mutt2", "* " WHO " [2026-03-02 10:15]:", QUOTED},
    {"gnus", WHO " writes:", QUOTED},
    {"evolution", "On Mon, 2026-03-02 at 10:15 +0000, " NAME " wrote:", QUOTED},
    {"evolution-de", "Am Montag, dem 02.03.2026 um 10:15 +0000 schrieb " NAME ":", QUOTED},
    {"kmail", "On Monday, 2 March 2026 10:15:00 GMT " NAME " wrote:", QUOTED},
    {"tutanota", "2 Mar 2026, 10:15 by " ADDRESS ":", BARE},
    {"hey", "On March 2, 2026, " WHO " wrote:", BARE},
    {"icloud-fr", "Le 2 mars 2026 à 10:15, " WHO " a écrit :", BARE},
};

static const char *const BLOCKS[][5] = {
    {"en", "From", "Sent", "To", "Subject"},
    {"cy", "Oddi wrth", "Anfonwyd", "At", "Pwnc"},
    {"cy2", "Oddi wrth", "Anfonwyd", "I", "Testun"},
    {"pl", "Od", "Wysłano", "Do", "Temat"},
    {"pl-apple", "Od", "Data", "Do", "Temat"},
    {"ro", "De la", "Trimis", "Către", "Subiect"},
    {"ro2", "De la", "Data", "Către", "Subiect"},
    {"ro3", "Expeditor", "Trimis", "Catre", "Subiect"},
    {"ur", "منجانب", "ارسال کردہ", "بنام", "موضوع"},
    {"ur2", "از", "بھیجا گیا", "بنام", "موضوع"},
    {"ur3", "ارسال کنندہ", "تاریخ", "وصول کنندہ", "مضمون"},
    {"ar", "من", "تم الإرسال", "إلى", "الموضوع"},
    {"ar2", "المرسل", "التاريخ", "المستلم", "الموضوع"},
    {"ar3", "\342\200\217من", "\342\200\217تاريخ الإرسال", "\342\200\217إلى",
     "\342\200\217الموضوع"},
    {"pa", "ਵੱਲੋਂ", "ਭੇਜਿਆ", "ਵੱਲ", "ਵਿਸ਼ਾ"},
    {"pa2", "ਪ੍ਰੇਸ਼ਕ", "ਭੇਜਿਆ ਗਿਆ", "ਪ੍ਰਾਪਤਕਰਤਾ", "ਵਿਸ਼ਾ"},
    {"bn", "প্রেরক", "প্রেরিত", "প্রতি", "বিষয়"},
    {"bn2", "থেকে", "পাঠানো হয়েছে", "প্রাপক", "বিষয়"},
    {"pt", "De", "Enviado", "Para", "Assunto"},
    {"br", "De", "Enviada em", "Para", "Assunto"},
    {"es", "De", "Enviado", "Para", "Asunto"},
    {"es2", "De", "Enviado el", "Para", "Asunto"},
    {"es-apple", "De", "Fecha", "Para", "Asunto"},
    {"fr", "De", "Envoyé", "À", "Objet"},
    {"fr-apple", "De", "Date", "À", "Objet"},
    {"fr-mac", "De", "Objet", "Date", "À"},
    {"de", "Von", "Gesendet", "An", "Betreff"},
    {"de-apple", "Von", "Datum", "An", "Betreff"},
    {"it", "Da", "Inviato", "A", "Oggetto"},
    {"it-apple", "Da", "Data", "A", "Oggetto"},
    {"tr", "Kimden", "Gönderilen", "Kime", "Konu"},
    {"tr2", "Gönderen", "Gönderildi", "Kime", "Konu"},
    {"tr-apple", "Kimden", "Tarih", "Kime", "Konu"},
    {"zh", "发件人", "发送时间", "收件人", "主题"},
    {"zh2", "发件人", "日期", "收件人", "主题"},
    {"tw", "寄件者", "寄件日期", "收件者", "主旨"},
    {"tw2", "寄件者", "傳送時間", "收件者", "主旨"},
    {"tw-apple", "寄件人", "日期", "收件人", "主旨"},
};

static const char *const ORIGINALS[] = {"Original Message",
                                        "Forwarded message",
                                        "Neges Wreiddiol",
                                        "Wiadomość oryginalna",
                                        "Oryginalna wiadomość",
                                        "Mesaj original",
                                        "اصل پیغام",
                                        "الرسالة الأصلية",
                                        "ਅਸਲ ਸੁਨੇਹਾ",
                                        "মূল বার্তা",
                                        "Mensagem original",
                                        "Mensaje original",
                                        "Message d'origine",
                                        "Message original",
                                        "Message d’origine",
                                        "Ursprüngliche Nachricht",
                                        "Messaggio originale",
                                        "Özgün İleti",
                                        "Orijinal Mesaj",
                                        "Orijinal mesaj",
                                        "原始邮件",
                                        "原始郵件",
                                        "Original-Nachricht",
                                        "Mensaje reenviado",
                                        "Message transféré",
                                        "Messaggio inoltrato",
                                        "Mensagem encaminhada",
                                        "Przekazana wiadomość"};

static char *stripped(const char *text, enum route side, gboolean *unsure) {
    g_autoptr(Context) context = context_new(side);
    g_autoptr(Letter) letter = strip_text(text, context);
    if (unsure != NULL)
        *unsure = letter->unsure;
    return g_strdup(letter->text);
}

/* White space counts, but for empty lines. */
static char *squeezed(const char *text) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);
    for (guint i = 0; lines[i] != NULL; i++)
        if (*g_strstrip(lines[i]) != '\0')
            g_string_append_printf(out, "%s\n", lines[i]);
    return g_string_free(out, FALSE);
}

static void check(const char *what, const char *text, enum route side) {
    g_autofree char *got = stripped(text, side, NULL);
    g_autofree char *squeezed_got = squeezed(got);
    if (strcmp(squeezed_got, OWN "\n") != 0)
        g_test_fail_printf("%s, %s: %s-> %s", what, ROUTE_WORDS[side], text, got);
}

/* The words above it and below it, with and without marks, are all that is left. */
static void check_history(const char *what, const char *history, enum needs needs) {
    g_autofree char *above = g_strdup_printf(OWN "\n\n%s\n\n" QUOTE, history);
    g_autofree char *tight = g_strdup_printf(OWN "\n%s\n" QUOTE, history);
    g_autofree char *below = g_strdup_printf("%s\n" QUOTE "\n" OWN "\n", history);
    g_autofree char *bare = g_strdup_printf(OWN "\n\n%s\n\n" PLAIN, history);
    for (enum route side = ROUTE_PUPIL; side <= ROUTE_STAFF; side++) {
        if (side == ROUTE_PUPIL && needs == LEAD)
            continue;
        check(what, above, side);
        check(what, tight, side);
        check(what, below, side);
        if (needs == BARE && side != ROUTE_PUPIL)
            check(what, bare, side);
    }
}

static void test_attributions(void) {
    for (gsize i = 0; i < G_N_ELEMENTS(ATTRIBUTIONS); i++)
        check_history(ATTRIBUTIONS[i].client, ATTRIBUTIONS[i].text, ATTRIBUTIONS[i].needs);
}

/* Header blocks, as they are, in bold, and without an address. */
static void test_blocks(void) {
    for (gsize i = 0; i < G_N_ELEMENTS(BLOCKS); i++) {
        const char *const *w = BLOCKS[i];
        g_autofree char *plain =
            g_strdup_printf("%s: " WHO "\n%s: 2 March 2026 10:15\n%s: jess@h.example\n%s: letter",
                            w[1], w[2], w[3], w[4]);
        g_autofree char *bold =
            g_strdup_printf("*%s:* " NAME "\n*%s:* 2 March 2026 10:15\n*%s:* Jess\n*%s:* letter",
                            w[1], w[2], w[3], w[4]);
        g_autofree char *titled = g_strdup_printf("----- what %s says -----\n%s", w[0], plain);
        check_history(w[0], plain, BARE);
        check_history(w[0], bold, BARE);
        check_history(w[0], titled, BARE);
    }
}

static void test_originals(void) {
    for (gsize i = 0; i < G_N_ELEMENTS(ORIGINALS); i++) {
        g_autofree char *tight = g_strdup_printf("-----%s-----", ORIGINALS[i]);
        g_autofree char *wide = g_strdup_printf("-------- %s --------", ORIGINALS[i]);
        check_history(ORIGINALS[i], tight, BARE);
        check_history(ORIGINALS[i], wide, BARE);
    }
}

/* ---- what people write ------------------------------------------------------------------------
 */

/* Nothing of these may go, whoever wrote them. */
static const char *const WORDS[] = {
    "আমার খুব খারাপ লাগছে\n\nআমি স্কুলে যেতে চাই না",
    "ਮੇਰੇ ਦੋਸਤ ਮੇਰੇ ਨਾਲ ਗੱਲ ਨਹੀਂ ਕਰਦੇ\n\nਮੈਂ ਬਹੁਤ ਉਦਾਸ ਹਾਂ",
    "میرے دوست مجھ سے بات نہیں کرتے\nمیں اداس ہوں",
    "von meinem Bruder habe ich nichts gehört\nund das tut weh",
    "gesendet von ihr kam nur ein lachen\nich war traurig",
    "inviato da mia madre\nnon so che fare",
    "sent from my heart\nI mean it",
    "Sent from heaven, my gran is",
    "Le lundi 2 mars elle a écrit :\ntu es nulle",
    "I said: no\nHe said: yes\nthen he hit me",
    "From: the start\nTo: the end\nit was bad",
    "from: one to: everybody. she said it in front of all",
    "I wrote to her on 2 March 2026:\nplease come back\nshe did not",
    "at 10:15 on 2.3.2026 he wrote in the chat:\n\nkill yourself\n\nand i cried",
    "Original message\nwas: i hate you\ni cried",
    "___\nI draw lines\n___\nwhen I am sad",
    "Disclaimer: I am not a doctor, but this sounds bad.\nTalk to a teacher you trust.",
    "This email may contain bad spelling, sorry.\nI am dyslexic.",
    "Important notice: you are loved.\nReally.",
    "If you are not the intended recipient of his jokes, it hurts all the same.\nTell me more.",
    "Think before you print that picture, my dad said\nand he was right",
    "[external] pressure is what gets me\nand marks",
    "Best wishes for your exam\nYou Can Do It\nI believe in you",
    "thanks so much\nI feel better",
};

static void test_words(void) {
    for (gsize i = 0; i < G_N_ELEMENTS(WORDS); i++)
        for (enum route side = ROUTE_PUPIL; side <= ROUTE_STAFF; side++) {
            g_autofree char *got = stripped(WORDS[i], side, NULL);
            if (strcmp(got, WORDS[i]) != 0)
                g_test_fail_printf("%s: %s-> %s", ROUTE_WORDS[side], WORDS[i], got);
        }
}

/* Of a pupil's letter nothing goes here, either. */
static void test_words_of_pupils(void) {
    static const char *const words[] = {
        "On Monday at 10:15 she wrote:\nyou are ugly\nand I cried",
        "Am Montag um 10:15 schrieb sie:\ndu bist dumm\nund ich weinte",
        "In the chat he wrote: die\non 2/3/2026 10:15 again, he wrote:\nnobody likes you",
        "--\nthat is how I feel\n--\nnothing between",
        "--\nnobody reads this far anyway. my dad hits me.",
        "> means greater than, right?\nso 5 > 4\nok",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *got = stripped(words[i], ROUTE_PUPIL, NULL);
        g_assert_cmpstr(got, ==, words[i]);
    }
    /* What leads to a quote is the pupil's own, though the quote goes; an answer's goes with it. */
    static const char led[] = "i am scared\nmy stepdad wrote:\n> you are ugly\n> go away\nhelp me";
    g_autofree char *letter = stripped(led, ROUTE_PUPIL, NULL);
    g_autofree char *answer = stripped(led, ROUTE_LISTENER, NULL);
    g_assert_nonnull(strstr(letter, "my stepdad wrote"));
    g_assert_null(strstr(answer, "my stepdad wrote"));
}

/* ---- what is added ----------------------------------------------------------------------------
 */

#define LEGAL                                                                                      \
    "Hillside Academy is a charity. The contents are confidential and meant for the addressee.\n"  \
    "If it came to you by mistake, please tell the sender and delete it.\n"

static const char *const ADDED[] = {
    "Sent from my iPhone",
    "Sent from my Galaxy",
    "Sent from Yahoo Mail on Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent with Proton Mail secure email.",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Wysłane z iPhone'a",
    "Trimis de pe iPhone-ul meu",
    "iPhone\342\200\231umdan gönderildi",
    "Anfonwyd o fy iPhone",
    "发自我的iPhone",
    "أُرسلت من الـ iPhone",
    "আমার iPhone থেকে পাঠানো",
    "ਮੇਰੇ iPhone ਤੋਂ ਭੇਜਿਆ ਗਿਆ",
    "میرے iPhone سے بھیجا گیا",
    "-- \nJess\n12JP",
    LEGAL,
    "This email and any files transmitted with it are confidential and intended solely for the use "
    "of the\nperson they are addressed to.\n\nPlease consider the environment before printing.",
    "Please consider the environment before printing this email.",
    "Virus-free. www.avast.com",
    "Diese Nachricht ist vertraulich. Wenn Sie nicht der Empfänger sind, sagen Sie es dem "
    "Absender\n"
    "und löschen Sie sie.",
    "Ce message est confidentiel. Si vous n'en êtes pas le destinataire, merci de le détruire et\n"
    "d'en avertir l'expéditeur.",
};

static void test_added(void) {
    for (gsize i = 0; i < G_N_ELEMENTS(ADDED); i++) {
        g_autofree char *text = g_strdup_printf(OWN "\n\n%s\n", ADDED[i]);
        for (enum route side = ROUTE_PUPIL; side <= ROUTE_STAFF; side++)
            check("added", text, side);
    }
    check("above", "CAUTION: This email originated from outside. Do not click links.\n\n" OWN,
          ROUTE_PUPIL);
    check("above", LEGAL "\n" OWN, ROUTE_PUPIL);
    check("above", LEGAL "\n" OWN, ROUTE_LISTENER);
    check("below and more", OWN "\n\n" LEGAL "\nHillside Academy, registered in England.\n",
          ROUTE_LISTENER);
    check("a card below a rule", OWN "\n\342\200\224\nJess Pemberton\nHead of debating\n@jessp\n",
          ROUTE_LISTENER);
}

/* What is left out though it may be the author's own is told. */
static void test_unsure(void) {
    static const struct {
        const char *text;
        gboolean unsure;
    } table[] = {
        {OWN, FALSE},
        {OWN "\n\nSent from my iPhone", FALSE},
        {OWN "\n\nSent from my iPhone\n\nand one more thing", TRUE},
        {OWN "\n\nRegards\nJess Pemberton\n12JP", FALSE},
        {OWN "\n\nRegards\nHope\nis what you need", TRUE},
        {OWN "\n--\nJess", FALSE},
        {OWN "\n--\nthat is how it is\n--\nand so on", TRUE},
        {OWN "\n\nOn 2 March 2026 " WHO " wrote:\n" PLAIN, FALSE},
        {OWN "\n\nOn 2 March 2026 at 10:15 he wrote:\n" QUOTE, FALSE},
        {OWN "\n\nOn 2 March 2026 at 10:15 he wrote:\n" PLAIN, TRUE},
        {OWN "\n\n" LEGAL, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        gboolean unsure = FALSE;
        g_autofree char *got = stripped(table[i].text, ROUTE_LISTENER, &unsure);
        if (unsure != table[i].unsure)
            g_test_fail_printf("unsure is %d: %s-> %s", unsure, table[i].text, got);
        check("unsure", table[i].text, ROUTE_LISTENER);
    }
}

int main(int argc, char *argv[]) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/strip/history/attributions", test_attributions);
    g_test_add_func("/strip/history/blocks", test_blocks);
    g_test_add_func("/strip/history/originals", test_originals);
    g_test_add_func("/strip/history/words", test_words);
    g_test_add_func("/strip/history/words-of-pupils", test_words_of_pupils);
    g_test_add_func("/strip/history/added", test_added);
    g_test_add_func("/strip/history/unsure", test_unsure);
    return g_test_run();
}
