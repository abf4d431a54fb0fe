#include "strip/locale.h"

#include <string.h>

static const LocaleWords LOCALES[] = {
    {"en", "on ", "wrote|writes|said", "from", "sent|date", "to|cc|reply-to", "subject",
     "original message|forwarded message|begin forwarded message|original mail|"
     "original appointment|message from|reply message",
     "sent from |sent via |sent using |sent with |sent on the move|get outlook for |"
     "get bluemail for |download outlook for "},
    {"cy", "ar |ddydd |dydd ", "ysgrifennodd|'sgrifennodd", "oddi wrth|gan", "anfonwyd|dyddiad",
     "at", "pwnc|testun", "neges wreiddiol|neges a anfonwyd ymlaen",
     "anfonwyd o |anfonwyd gan |wedi ei anfon o |wedi'i anfon o "},
    {"pl", "w dniu |dnia |w |dn. |pon.|wt.|śr.|czw.|pt.|sob.|niedz.",
     "napisał|napisała|napisał(a)|napisał/a|pisze", "od|nadawca", "wysłano|wysłane|data", "do|dw",
     "temat",
     "oryginalna wiadomość|wiadomość oryginalna|wiadomość przekazana dalej|"
     "wiadomość napisana przez|przekazana wiadomość",
     "wysłano z |wysłane z |pobierz aplikację outlook|pobierz outlook"},
    {"ro", "în |in data |pe |la ", "a scris", "de la|din partea|expeditor", "trimis|data",
     "către|la", "subiect|subiectul", "mesaj original|mesajul original|mesaj redirecționat",
     "trimis de pe |trimis din |descarcă outlook"},
    {"ur", "بتاریخ |مورخہ ", "نے لکھا|تحریر کیا", "از|منجانب|بھیجنے والا", "بھیجا گیا|تاریخ",
     "بنام|وصول کنندہ|بخدمت", "موضوع|عنوان", "اصل پیغام|آگے بھیجا گیا پیغام",
     "میرے آئی فون سے|سے بھیجا گیا"},
    {"ar", "في |بتاريخ |يوم ", "كتب|كتبت", "من|المرسل", "تاريخ الإرسال|أُرسلت|التاريخ|تم الإرسال",
     "إلى|الى", "الموضوع|موضوع", "الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|الرسالة المحولة",
     "أرسلت من |أُرسلت من |مرسل من |تم الإرسال من |الحصول على outlook"},
    {"pa", "ਨੂੰ |ਮਿਤੀ ", "ਨੇ ਲਿਖਿਆ|ਲਿਖਿਆ", "ਵੱਲੋਂ|ਤੋਂ|ਪ੍ਰੇਸ਼ਕ", "ਭੇਜਿਆ|ਮਿਤੀ", "ਨੂੰ|ਵੱਲ", "ਵਿਸ਼ਾ",
     "ਅਸਲ ਸੁਨੇਹਾ|ਅੱਗੇ ਭੇਜਿਆ ਸੁਨੇਹਾ", "ਮੇਰੇ "},
    {"bn", "তারিখে |তারিখ ", "লিখেছেন|লিখেছে|লিখেছিলেন", "থেকে|প্রেরক", "প্রেরিত|তারিখ|পাঠানো হয়েছে",
     "প্রতি|প্রাপক", "বিষয়|বিষয়", "মূল বার্তা|আসল বার্তা|ফরওয়ার্ড করা বার্তা", "আমার "},
    {"hi", NULL, "ने लिखा", "प्रेषक|से", "भेजा गया|दिनांक", "प्रति|को", "विषय", "मूल संदेश", NULL},
    {"pt", "em |no dia |a ", "escreveu|escreveste", "de",
     "enviado|enviada|data|enviada em|enviado em", "para", "assunto",
     "mensagem original|mensagem encaminhada|mensagem reencaminhada",
     "enviado do meu |enviado a partir d|enviado de |enviado pelo |obter o outlook|obtenha o "
     "outlook"},
    {"es", "el |en ", "escribió|escribio|escribiste", "de", "enviado|enviado el|fecha", "para",
     "asunto", "mensaje original|mensaje reenviado|inicio del mensaje reenviado",
     "enviado desde |obtener outlook|enviado con "},
    {"fr", "le |en date du ", "a écrit|a ecrit|écrivait", "de|expéditeur",
     "envoyé|envoyé le|date|message du|date d'envoi", "à|a|copie à|pour|destinataire|destinataires",
     "objet|sujet",
     "message d'origine|message original|message transféré|message initial|"
     "début du message transféré|courriel original|message réexpédié",
     "envoyé de |envoyé depuis |envoyé à partir |obtenez outlook|télécharger outlook|"
     "provenance : courrier"},
    {"de", "am |vom ", "schrieb|schreibt|hat geschrieben|geschrieben", "von",
     "gesendet|datum|gesendet am", "an", "betreff",
     "ursprüngliche nachricht|original-nachricht|originalnachricht|"
     "weitergeleitete nachricht|anfang der weitergeleiteten nachricht|original nachricht",
     "von meinem |gesendet von |gesendet mit |gesendet über |diese nachricht wurde von meinem|"
     "outlook für |holen sie sich outlook"},
    {"it", "il |in data |da ", "ha scritto|scrive", "da", "inviato|data|inviato il|inviata", "a",
     "oggetto", "messaggio originale|messaggio inoltrato|inizio messaggio inoltrato",
     "inviato da |inviato dal |scarica outlook|ottieni outlook"},
    {"tr", NULL, "yazdı|şunu yazdı|şunları yazdı|tarihinde yazdı", "kimden|gönderen",
     "gönderildi|tarih|gönderme tarihi|gönderim tarihi", "kime|alıcı|alıcılar", "konu",
     "özgün ileti|orijinal mesaj|orijinal ileti|iletilmiş mesaj|iletilen mesaj|yönlendirilmiş "
     "mesaj",
     "iphone'umdan gönderildi|iphone'dan gönderildi|android'den gönderildi|gönderildi: "},
    {"zh", "在 |在|于 |於 |于", "写道|寫道|写到|撰写|编写", "发件人|寄件者|寄件人|發件人",
     "发送时间|日期|寄件日期|傳送時間|发送日期|時間|时间", "收件人|收件者|抄送", "主题|主旨|主題",
     "原始邮件|原始郵件|转发的邮件|轉寄的郵件|邮件原件|原始信件|转发邮件信息",
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
     "předmět", "původní zpráva|přeposlaná zpráva", "odesláno z "},
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

/* Calls `good` with each alternative until one says yes. */
static gboolean any_of(const char *words, const char *folded,
                       gboolean (*good)(const char *folded, const char *word, gsize length)) {
    for (const char *p = words; p != NULL && *p != '\0';) {
        gsize length = strcspn(p, "|");
        if (length > 0 && good(folded, p, length))
            return TRUE;
        p += length;
        p += *p == '|';
    }
    return FALSE;
}

static gboolean begins(const char *folded, const char *word, gsize length) {
    return strncmp(folded, word, length) == 0;
}

/* Letters of other alphabets are bytes above 0x7f; they are no word boundary. */
static gboolean letter(char c) {
    return g_ascii_isalnum(c) || (guint8)c >= 0x80;
}

static gboolean contains(const char *folded, const char *word, gsize length) {
    gboolean spaced = (guint8)word[0] < 0xe0; /* Chinese and the like put no blanks */
    for (const char *p = folded; (p = memmem(p, strlen(p), word, length)) != NULL; p++)
        if (!spaced || ((p == folded || !letter(p[-1])) && !letter(p[length])))
            return TRUE;
    return FALSE;
}

static gboolean is_header(const char *folded, const char *word, gsize length) {
    if (strncmp(folded, word, length) != 0)
        return FALSE;
    const char *after = folded + length;
    while (*after == ' ' || *after == '*')
        after++;
    return *after == ':' || g_str_has_prefix(after, "：");
}

/* "----- original message -----", or without dashes with a colon at the end. */
static gboolean is_original(const char *folded, const char *word, gsize length) {
    const char *start = folded + strspn(folded, "-_=* ");
    if (strncmp(start, word, length) != 0)
        return FALSE;
    const char *after = start + length;
    gboolean dashes = start - folded >= 3;
    if (dashes)
        return strlen(after) < 60 && (*after == '\0' || strchr(" -_=:(", *after) != NULL);
    return strcmp(after, ":") == 0;
}

gboolean locale_opens(const char *folded) {
    for (guint i = 0; i < G_N_ELEMENTS(LOCALES); i++)
        if (any_of(LOCALES[i].openers, folded, begins))
            return TRUE;
    return FALSE;
}

gboolean locale_has_verb(const char *folded) {
    for (guint i = 0; i < G_N_ELEMENTS(LOCALES); i++)
        if (any_of(LOCALES[i].verbs, folded, contains))
            return TRUE;
    return FALSE;
}

enum header_word locale_header(const char *folded) {
    if (strchr(folded, ':') == NULL && strstr(folded, "：") == NULL)
        return HEADER_NONE;
    for (guint i = 0; i < G_N_ELEMENTS(LOCALES); i++) {
        const LocaleWords *locale = &LOCALES[i];
        if (any_of(locale->from, folded, is_header))
            return HEADER_FROM;
        if (any_of(locale->sent, folded, is_header))
            return HEADER_SENT;
        if (any_of(locale->to, folded, is_header))
            return HEADER_TO;
        if (any_of(locale->subject, folded, is_header))
            return HEADER_SUBJECT;
    }
    return HEADER_NONE;
}

gboolean locale_original(const char *folded) {
    if (folded[0] != '-' && folded[0] != '_' && folded[0] != '=' && folded[0] != '*' &&
        strchr(folded, ':') == NULL)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(LOCALES); i++)
        if (any_of(LOCALES[i].original, folded, is_original))
            return TRUE;
    return FALSE;
}

gboolean locale_device(const char *folded, gsize *prefix) {
    for (guint i = 0; i < G_N_ELEMENTS(LOCALES); i++)
        for (const char *p = LOCALES[i].device; p != NULL && *p != '\0';) {
            gsize length = strcspn(p, "|");
            if (strncmp(folded, p, length) == 0) {
                *prefix = length;
                return TRUE;
            }
            p += length;
            p += *p == '|';
        }
    return FALSE;
}
