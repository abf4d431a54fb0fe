#include "strip/locale.h"

#include <string.h>

static const LocaleWords LOCALES[] = {
    {"en", "on |quoting ", "wrote|writes|said|quoting", "from", "sent|date", "to|cc|reply-to",
     "subject",
     "original message|forwarded message|begin forwarded message|original mail|"
     "original appointment|reply message|original e-mail",
     "sent from |sent via |sent using |sent with |sent on the move|get outlook for |"
     "get bluemail for |download outlook for "},
    {"cy", "ar |ddydd |dydd ", "ysgrifennodd|'sgrifennodd", "oddi wrth|gan", "anfonwyd|dyddiad",
     "at|i", "pwnc|testun", "neges wreiddiol|neges a anfonwyd ymlaen",
     "anfonwyd o |anfonwyd gan |wedi ei anfon o |wedi'i anfon o "},
    {"pl", "w dniu |dnia |w |dn. |wiadomość napisana |cytowanie |pon.|wt.|śr.|czw.|pt.|sob.|niedz.",
     "napisał|napisała|napisał(a)|napisał/a|pisze|wiadomość napisana przez|cytowanie", "od|nadawca",
     "wysłano|wysłane|data", "do|dw", "temat",
     "oryginalna wiadomość|wiadomość oryginalna|wiadomość przekazana dalej|"
     "wiadomość napisana przez|przekazana wiadomość",
     "wysłano z |wysłane z |pobierz aplikację outlook|pobierz outlook"},
    {"ro", "în |in data |pe |la ", "a scris", "de la|din partea|expeditor", "trimis|expediat|data",
     "către|catre|la", "subiect|subiectul",
     "mesaj original|mesajul original|mesaj redirecționat|mesajul inițial",
     "trimis de pe |trimis din |descarcă outlook"},
    {"ur", "بتاریخ |مورخہ ", "نے لکھا|تحریر کیا", "از|منجانب|بھیجنے والا|ارسال کنندہ",
     "بھیجا گیا|ارسال کردہ|تاریخ", "بنام|وصول کنندہ|بخدمت", "موضوع|عنوان|مضمون",
     "اصل پیغام|آگے بھیجا گیا پیغام", "میرے *سے بھیجا"},
    {"ar", "في |بتاريخ |يوم ", "كتب|كتبت|كتب/كتبت|تمت كتابة", "من|المرسل",
     "تاريخ الإرسال|أُرسلت|التاريخ|تم الإرسال", "إلى|الى|المستلم", "الموضوع|موضوع",
     "الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|الرسالة المحولة",
     "أرسلت من |أُرسلت من |مرسل من |تم الإرسال من |الحصول على outlook"},
    {"pa", "ਨੂੰ |ਮਿਤੀ ", "ਨੇ ਲਿਖਿਆ|ਲਿਖਿਆ", "ਵੱਲੋਂ|ਤੋਂ|ਪ੍ਰੇਸ਼ਕ", "ਭੇਜਿਆ|ਭੇਜਿਆ ਗਿਆ|ਮਿਤੀ", "ਨੂੰ|ਵੱਲ|ਪ੍ਰਾਪਤਕਰਤਾ", "ਵਿਸ਼ਾ",
     "ਅਸਲ ਸੁਨੇਹਾ|ਅੱਗੇ ਭੇਜਿਆ ਸੁਨੇਹਾ", "ਮੇਰੇ *ਭੇਜਿਆ"},
    {"bn", "তারিখে |তারিখ ", "লিখেছেন|লিখেছে|লিখেছিলেন", "থেকে|প্রেরক", "প্রেরিত|তারিখ|পাঠানো হয়েছে",
     "প্রতি|প্রাপক", "বিষয়|বিষয়", "মূল বার্তা|আসল বার্তা|ফরওয়ার্ড করা বার্তা",
     "আমার *পাঠানো|আমার *প্রেরিত"},
    {"hi", NULL, "ने लिखा", "प्रेषक|से", "भेजा गया|दिनांक", "प्रति|को", "विषय", "मूल संदेश", "मेरे *भेजा"},
    {"pt", "em |no dia |a |às |citando ", "escreveu|escreveste|citando", "de",
     "enviado|enviada|data|enviada em|enviado em", "para", "assunto",
     "mensagem original|mensagem encaminhada|mensagem reencaminhada",
     "enviado do meu |enviado a partir d|enviado de |enviado pelo |obter o outlook|obtenha o "
     "outlook"},
    {"es", "el |en |citando ", "escribió|escribio|escribiste", "de", "enviado|enviado el|fecha",
     "para", "asunto", "mensaje original|mensaje reenviado|inicio del mensaje reenviado",
     "enviado desde |obtener outlook|enviado con "},
    {"fr", "le |en date du |citation de ", "a écrit|a ecrit|écrivait|citation de", "de|expéditeur",
     "envoyé|envoyé le|date|message du|date d'envoi", "à|a|copie à|pour|destinataire|destinataires",
     "objet|sujet",
     "message d'origine|message original|mail original|message transféré|message initial|"
     "début du message transféré|courriel original|message réexpédié",
     "envoyé de |envoyé depuis |envoyé à partir |obtenez outlook|télécharger outlook|"
     "provenance : courrier"},
    {"de", "am |vom |zitat von ", "schrieb|schreibt|hat geschrieben|geschrieben|zitat von", "von",
     "gesendet|datum|gesendet am", "an", "betreff",
     "ursprüngliche nachricht|ursprüngliche mail|original-nachricht|originalnachricht|"
     "weitergeleitete nachricht|anfang der weitergeleiteten nachricht|original nachricht",
     "von meinem *gesendet|gesendet von |gesendet mit |gesendet über |diese nachricht wurde von "
     "meinem|"
     "outlook für |holen sie sich outlook"},
    {"it", "il |in data |da |citando ", "ha scritto|scrive", "da",
     "inviato|data|inviato il|inviata", "a", "oggetto",
     "messaggio originale|messaggio inoltrato|inizio messaggio inoltrato",
     "inviato da |inviato dal |scarica outlook|ottieni outlook"},
    {"tr", NULL, "yazdı|şunu yazdı|şunları yazdı|tarihinde yazdı", "kimden|gönderen",
     "gönderildi|gönderilen|tarih|gönderme tarihi|gönderim tarihi", "kime|alıcı|alıcılar", "konu",
     "özgün ileti|orijinal mesaj|orijinal ileti|iletilmiş mesaj|iletilen mesaj|yönlendirilmiş "
     "mesaj",
     "iphone'umdan gönderildi|iphone'dan gönderildi|android'den gönderildi|gönderildi: "},
    {"zh", "在 |在|于 |於 |于", "写道|寫道|写到|撰写|编写", "发件人|寄件者|寄件人|發件人",
     "发送时间|日期|寄件日期|傳送時間|传送时间|发送日期|時間|时间|傳送", "收件人|收件者|抄送",
     "主题|主旨|主題", "原始邮件|原始郵件|转发的邮件|轉寄的郵件|邮件原件|原始信件|转发邮件信息",
     "发自我的|從我的|从我的|来自我的|傳送自我的|寄自我的|获取 outlook|取得 outlook"},
    {"nl", "op |in een bericht van ", "schreef|geschreven|heeft geschreven", "van",
     "verzonden|datum", "aan", "onderwerp",
     "oorspronkelijk bericht|origineel bericht|doorgestuurd bericht|"
     "begin doorgestuurd bericht",
     "verzonden vanaf |verstuurd vanaf |verzonden met |outlook voor "},
    {"da", "den |d. ", "skrev", "fra", "sendt|dato", "til", "emne",
     "oprindelig besked|oprindelig meddelelse|videresendt besked|original meddelelse",
     "sendt fra |sendt med |hent outlook"},
    {"no", "den |på ", "skrev", "fra", "sendt|dato", "til", "emne",
     "opprinnelig melding|videresendt melding", "sendt fra |skaff deg outlook"},
    {"sv", "den |på ", "skrev", "från", "skickat|datum", "till", "ämne",
     "ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande",
     "skickat från |skickades från |hämta outlook"},
    {"fi", NULL, "kirjoitti", "lähettäjä", "lähetetty|päiväys|pvm", "vastaanottaja", "aihe",
     "alkuperäinen viesti|edelleenlähetetty viesti", "lähetetty "},
    {"cs", "dne |", "napsal|napsala|napsal(a)", "od|odesílatel", "odesláno|datum", "komu|pro",
     "předmět", "původní zpráva|původní e-mail|přeposlaná zpráva", "odesláno z "},
    {"sk", "dňa ", "napísal|napísala|napísal(a)", "od|odosielateľ", "odoslané|dátum", "komu|pre",
     "predmet", "pôvodná správa", "odoslané z "},
    {"hu", NULL, "írta|ezt írta|a következőt írta", "feladó", "elküldve|dátum|küldve", "címzett",
     "tárgy", "eredeti üzenet|továbbított üzenet", "küldve "},
    {"ru", "в |от ", "написал|написала|написал(а)|пишет|писал", "от|от кого",
     "отправлено|дата|послано", "кому", "тема",
     "исходное сообщение|пересылаемое сообщение|пересланное сообщение|"
     "конец пересылаемого сообщения",
     "отправлено с |отправлено из "},
    {"uk", "в |", "пише|написав|написала|написав(ла)", "від", "надіслано|дата", "кому", "тема",
     "вихідне повідомлення", "надіслано з "},
    {"lt", NULL, "rašė|parašė", "nuo", "išsiųsta|data", "kam", "tema", NULL, "išsiųsta iš "},
    {"bg", "на ", "написа", "от", "изпратено|дата", "до", "относно", "оригинално съобщение", NULL},
    {"el", "στις ", "έγραψε", "από", "στάλθηκε|ημερομηνία", "προς", "θέμα", "αρχικό μήνυμα",
     "στάλθηκε από "},
    {"sq", "më ", "shkroi", "nga", "dërguar|data", "për|te", "subjekti|tema", NULL, "dërguar nga "},
    {"so", NULL, "ayaa qoray|qoray", "ka|laga soo diray", "la diray|taariikh", "ku", "mowduuc",
     NULL, NULL},
    {"ja", NULL, "書きました|のメール", "差出人", "送信日時|日付", "宛先", "件名",
     "元のメッセージ|転送されたメッセージ", "iphoneから送信"},
    {"ko", NULL, "작성|님이 작성", "보낸 사람|보낸사람", "보낸 날짜|날짜", "받는 사람|받는사람",
     "제목", "원본 메시지", "나의 iphone에서 보냄"},
};

/* The same words, ready to be asked for: made once, never changed. */
typedef struct index {
    GPtrArray *openers[256]; /* of char *, owned, by their first byte; NULL: none */
    GPtrArray *devices[256];
    GPtrArray *verbs;      /* of char *, owned */
    GHashTable *headers;   /* char * to enum header_word */
    GHashTable *originals; /* a set of char * */
} Index;

static void each(const char *words, gpointer into, void (*add)(gpointer into, const char *word)) {
    g_auto(GStrv) parts = g_strsplit(words ? words : "", "|", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        if (*parts[i] != '\0')
            add(into, parts[i]);
}

static void add_first(gpointer into, const char *word) {
    GPtrArray **list = &((GPtrArray **)into)[(guint8)*word];
    if (*list == NULL)
        *list = g_ptr_array_new();
    g_ptr_array_add(*list, g_strdup(word));
}

static void add_word(gpointer into, const char *word) {
    g_ptr_array_add(into, g_strdup(word));
}

static void add_set(gpointer into, const char *word) {
    g_hash_table_add(into, g_strdup(word));
}

/* A word that means one thing in one language and another in the next keeps its first meaning. */
static void add_headers(GHashTable *headers, const char *words, enum header_word meaning) {
    g_auto(GStrv) parts = g_strsplit(words ? words : "", "|", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        if (!g_hash_table_contains(headers, parts[i]))
            g_hash_table_insert(headers, g_strdup(parts[i]), GINT_TO_POINTER(meaning));
}

static Index *make_index(void) {
    Index *index = g_new0(Index, 1);
    index->verbs = g_ptr_array_new();
    index->headers = g_hash_table_new(g_str_hash, g_str_equal);
    index->originals = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < G_N_ELEMENTS(LOCALES); i++) {
        const LocaleWords *locale = &LOCALES[i];
        each(locale->openers, index->openers, add_first);
        each(locale->devices, index->devices, add_first);
        each(locale->verbs, index->verbs, add_word);
        each(locale->original, index->originals, add_set);
        add_headers(index->headers, locale->from, HEADER_FROM);
        add_headers(index->headers, locale->sent, HEADER_SENT);
        add_headers(index->headers, locale->to, HEADER_TO);
        add_headers(index->headers, locale->subject, HEADER_SUBJECT);
    }
    return index;
}

static const Index *words(void) {
    static gsize once = 0;
    if (g_once_init_enter(&once))
        g_once_init_leave(&once, (gsize)make_index());
    return (const Index *)once;
}

/* The length of the first of the list that `folded` begins with; 0: none. What stands behind a * in
 * the list must follow somewhere. */
static gsize begins_with(GPtrArray *const lists[256], const char *folded) {
    const GPtrArray *list = lists[(guint8)*folded];
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const char *word = g_ptr_array_index(list, i);
        gsize n = strcspn(word, "*");
        if (strncmp(folded, word, n) == 0 &&
            (word[n] == '\0' || strstr(folded + n, word + n + 1) != NULL))
            return n;
    }
    return 0;
}

/* Letters of other alphabets are bytes above 0x7f; they are no word boundary. */
static gboolean letter(char c) {
    return g_ascii_isalnum(c) || (guint8)c >= 0x80;
}

static gboolean contains(const char *folded, const char *word) {
    gboolean spaced = (guint8)word[0] < 0xe0; /* Chinese and the like put no blanks */
    gsize length = strlen(word);
    for (const char *p = folded; (p = strstr(p, word)) != NULL; p++)
        if (!spaced || ((p == folded || !letter(p[-1])) && !letter(p[length])))
            return TRUE;
    return FALSE;
}

gboolean locale_opens(const char *folded) {
    return begins_with(words()->openers, folded) > 0;
}

gboolean locale_has_verb(const char *folded) {
    const GPtrArray *verbs = words()->verbs;
    for (guint i = 0; i < verbs->len; i++)
        if (contains(folded, g_ptr_array_index(verbs, i)))
            return TRUE;
    return FALSE;
}

/* What stands before the first colon, without blanks and stars at its end; NULL where there is no
 * colon, or one so late that it ends no header word. */
static char *before_colon(const char *folded) {
    const char *colon = strchr(folded, ':'), *wide = strstr(folded, "：");
    const char *end = wide != NULL && (colon == NULL || wide < colon) ? wide : colon;
    if (end == NULL || end - folded > 60)
        return NULL;
    while (end > folded && (end[-1] == ' ' || end[-1] == '*'))
        end--;
    return g_strndup(folded, (gsize)(end - folded));
}

enum header_word locale_header(const char *folded) {
    g_autofree char *word = before_colon(folded);
    return word ? GPOINTER_TO_INT(g_hash_table_lookup(words()->headers, word)) : HEADER_NONE;
}

/* "----- original message -----", or without dashes with a colon at the end. */
gboolean locale_original(const char *folded) {
    gsize rule = strspn(folded, "-_=* ");
    const char *start = folded + rule, *end = start;
    while (*end != '\0' && strchr(":(_=*", *end) == NULL && strncmp(end, "--", 2) != 0)
        end++;
    if (end == start || end - start > 60 || (rule < 3 && strcmp(end, ":") != 0))
        return FALSE;
    while (end > start && (end[-1] == ' ' || end[-1] == '-'))
        end--;
    g_autofree char *word = g_strndup(start, (gsize)(end - start));
    return g_hash_table_contains(words()->originals, word);
}

/* What mail is written on and with, by how the words begin. */
static const char *const MACHINES[] = {
    "iphone",   "ipad",      "ipod",      "android",   "galaxy",  "samsung",  "huawei",
    "xiaomi",   "redmi",     "oppo",      "oneplus",   "pixel",   "nokia",    "moto",
    "sony",     "xperia",    "htc",       "honor",     "realme",  "blackber", "windows",
    "outlook",  "mail",      "gmail",     "yahoo",     "proton",  "tuta",     "aol",
    "gmx",      "web.de",    "zoho",      "spark",     "thunder", "bluemail", "typeapp",
    "aquamail", "k-9",       "app",       "phone",     "mobil",   "smartpho", "tablet",
    "mac",      "chromeboo", "pc",        "courrier",  "laptop",  "computer", "device",
    "handy",    "telefon",   "teléfono",  "celular",   "móvil",   "movil",    "téléphon",
    "portable", "cellulare", "telemóvel", "ordinateu", "komórk",  "smartfon", "urządzen",
    "dispozit", "dispositi", "gerät",     "appareil",  "cihaz",   "ffôn",     "desktop",
    "wiko",     "手机",      "手機",      "电脑",      "裝置",    "设备",     "邮箱",
    "郵件",     "جهاز",      "هاتف",      "جوال",      "موبایل",  "فون",      "ফোন",
    "মোবাইল",   "ਫੋਨ",        "ਮੋਬਾਈਲ",     "ਆਈਫੋਨ",      "4g",      "5g",       "vodafone",
    "lg ",      NULL};

/* May a word begin at `p`? Chinese and the like put no blanks. */
static gboolean word_at(const char *folded, const char *p) {
    return (guint8)*p >= 0xd8 || p == folded || !letter(p[-1]) ||
           g_utf8_get_char(g_utf8_prev_char(p)) >= 0x2e80;
}

gboolean locale_machine(const char *folded) {
    for (guint i = 0; MACHINES[i] != NULL; i++)
        for (const char *p = folded; (p = strstr(p, MACHINES[i])) != NULL; p++)
            if (word_at(folded, p))
                return TRUE;
    return FALSE;
}

gboolean locale_device(const char *folded, gsize *prefix) {
    *prefix = begins_with(words()->devices, folded);
    return *prefix > 0;
}
