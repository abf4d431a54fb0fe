/* clang-format off */
/* format.h: every stored and printed format of the vault, and the small tools that write and read
 * them. Only src/vault and its tests include this; it is also what somebody needs who writes another
 * reader (tests/vectors/open.py is one, the browser page another).
 *
 * Conventions
 *   a | b          one after the other; numbers are little-endian; u8 u32 u64 i64
 *   H(k; m)        crypto_generichash (BLAKE2b), 32 bytes, key k (none: H(; m)), message m
 *   K(k, n, "c")   crypto_kdf_derive_from_key, 32 bytes: sub-key n of k in the 8-letter context c
 *   aead(k; ad; m) crypto_aead_xchacha20poly1305_ietf: a random 24-byte nonce | the sealed bytes
 *   box(p; m)      crypto_box_seal to the X25519 public key p
 *   stream(k; …)   crypto_secretstream_xchacha20poly1305: its 24-byte header | chunks
 *   text           u32 length in bytes | bytes; length 0xffffffff: there is none (NULL)
 *   field          the same, of bytes
 *   place          site (16) | u64 case | u64 message
 *   head           "wb" | a letter for the kind | u8 version (1) | u32 key generation
 * All of it can be done with libsodium.js. A reader refuses what it does not know: another version,
 * generation 0, bytes left over.
 *
 * Keys
 *   host key       32 random bytes. Sub-keys K(host, n, "wb-host1"): 1 outer lock, 2 pepper,
 *                  3 tokens, 4 mails, 5 mark, 6 re-wrapping
 *   case key       32 random bytes
 *   host part      H(outer; "worrybox host part 1" | site | u64 case): all that a packet carries of
 *                  the host key, good for this case only
 *   outer key      H(host part; "worrybox outer key 1" | case key). Sub-keys K(outer key, n,
 *                  "wb-outr1"): 1 records, 2 originals, 3 + purpose (as in vault.h) for text at rest
 *   keyed hashes   H(pepper; "worrybox writer 1" | site | normalised address)
 *                  H(tokens; "worrybox token 1" | site | token in small letters)
 *                  H(mails; "worrybox mail 1" | site | …), see hash.c
 *   mark           H(mark; "worrybox host mark 1" | site): its first 8 bytes as a u64, halved (1 for
 *                  0), tells in the database which host key is its own
 *
 * Typed lines (wbpub1 wbsec1 wbhost1 wbseed1), for paper and for hands
 *   the word, then base32 (RFC 4648, small letters, no padding) of payload | check, where check is
 *   the first 4 bytes of H(; "worrybox typed 1" | word | payload). On a sheet: word and groups of
 *   four letters with blanks between. A reader skips blanks, line feeds, hyphens and whatever is not
 *   ASCII, takes capitals, and reads 0 1 8 as o l b, which they resemble.
 *     wbpub1   a keyholder's X25519 public key (32)
 *     wbsec1   its secret half (32): the recovery sheet
 *     wbhost1  u8 generation of the host key | host key (32). host.key is this line and a line feed
 *     wbseed1  the audit seed (32)
 *   key id     the first 5 bytes of H(; "worrybox key id 1" | public key) in base32: 8 letters
 *   fingerprint  the first 10 bytes of it: 16 letters, in groups of four, for people to compare
 *
 * Key file of a keyholder: text, LF (CRLF, a BOM, empty lines and blanks at the end of a line are
 * tolerated)
 *     wbkey1
 *     name NAME
 *     public wbpub1…
 *     argon2id PASSES KIBIBYTES
 *     salt BASE32                 16 bytes
 *     secret BASE32               aead(k; the five lines above; the secret half): 72 bytes
 *     check BASE32                first 5 bytes of H(; "worrybox key file 1" | the six lines above)
 *   k = crypto_pwhash (Argon2id 1.3, one lane) of the passphrase in UTF-8, NFKC. The check tells a
 *   damaged file from a wrong passphrase; it protects nothing. Lines count with their LF.
 *
 * Locked text, kind L (a letter, the outbox, a reply route, a flag)
 *   head | aead(K(outer key, 3 + purpose, "wb-outr1"); head | site | u64 case | u8 purpose |
 *   u64 row; text). Of no case: case 0, and in place of the case key the key "desk" of keys.db.
 *   generation: of the case key, 1
 *
 * Sealed to a keyholder, kinds S and E
 *   head | box(keyholder; head | site | u64 case | keyholder's public key | payload)
 *     S  the identity secret: identity public key (32) | u8 scheme | partner's public key (32) |
 *        secret (32). Scheme 0: whole, partner zero. Where two have to open: 1, a half that
 *        gives the secret by XOR with that of the partner; 2, whole, partner zero, a copy that the
 *        host releases for danger; 3, the partner's half, sealed again by the partner to who asks.
 *        generation: of this case's set of seals, 1, counted up when they are made anew
 *        A half is owned by whoever's key opened it (scheme 3: by its partner), which need not be
 *        the key the other half knows: either may have been re-wrapped. Two halves belong together
 *        where their identity public keys are the same and their XOR is its secret.
 *     E  escrow: the case key (32). generation: of the case key, 1
 *
 * Set of seals of one keyholder, kind T, where two have to open; the host keeps it and hands out
 * from it
 *   head | u8 seals | for each: u8 scheme | partner's public key (32) | field S
 *   generation: as of S. For each pair of keyholders a half each; with emergency a scheme 2 each.
 *   Here, outside of S, there is a scheme 4 too: a scheme 2 that is still sealed to the key before
 *   the last re-wrapping, which stands as its partner
 *
 * Identity record, kind R
 *   head | aead(record key; head | place; box(identity public key; pad(inner)))
 *   inner: "wbi" | u8 version | u8 kind (1: who wrote a message) | place | u8 (1: there is an
 *          original) | key of the original (32; else zero) | JSON to the end
 *   pad: sodium_pad to a multiple of 512. JSON: handle name from from_text subject message_id date
 *   auth names; practice (true) in a drill alone: it stands here, and not in the packet, for only the
 *   host can write a record of this case. generation: of the host key
 *
 * Original mail, kind O: a stream in a stream, so that 20 MiB need no second copy, and the host can
 * put a new outer lock over it without opening it
 *   head | header of the outer stream (original key) | outer chunks
 *   outer chunk 0: the header of the inner stream (key from the record), associated data head|place
 *   outer chunk n: the inner chunk n, which holds 65536 bytes of the mail (the last: 0 to 65536)
 *   Both streams end with the tag FINAL on the last chunk. generation: of the host key
 *
 * Packet: text, the line "worrybox packet 1", or 2 where it takes two to open; then base64 in lines,
 * of
 *   head (kind K, version as in the line, generation 1) | u8 readers, 1 in version 1 | for each:
 *   public key (32), box(it; body key) (80) |
 *   stream(body key), chunks of 65536 bytes of the body; associated data of the first chunk: all
 *   that stands before the stream
 *   body: site | u64 case | i64 at | host part (32) | text handle | text keyholder | text key id |
 *         text ground | text reason | u8 seals, 1 in version 1 | field S for each | u8 escrows, 1 |
 *         field E for each | u32 messages | for each: u64 message, i64 kept at, field R, field O |
 *         u32 extras | for each: text name, field. A reader skips extras that it does not know.
 *         Extra "brief" (field empty): the originals were left out, to keep a mail small; field O is
 *         then none in all messages, though records have keys for them.
 *         Extra "holder KEYID" (field: a short name), version 2: who may confirm
 *         Extra "now KEYID" (field: a public line), version 2: the halves made with that key are
 *         now those of who asks, whose present key this is; a partner who has a half made with it
 *         confirms to this key
 *   In version 2 the seals are the halves of who asks, and for each of them that of the partner,
 *   sealed to the partner; the escrow is sealed to who asks. The readers are who asks and the
 *   partners. A partner confirms by writing the packet anew with one reader, who asks, and one seal
 *   more, of scheme 3.
 *
 * Packet for re-wrapping: the same with the line "worrybox packet 3" and that version; its one
 * reader is the old key
 *   body: site | number (16 random bytes) | answer key (32) | i64 at | text old keyholder | text new
 *         keyholder | new key (32) | u32 cases | for each: u64 case | u8 parts | for each: field S |
 *         field E
 *   answer key = H(K(host, 6, "wb-host1"); "worrybox rewrap 1" | site | number | old key | new key)
 *   Of a set (T) the halves are handed out, in their order, and nothing else.
 * Answer to it: text, the line "worrybox rewrapped 1", then base64 in lines, of
 *   number | old key (32) | new key (32) | head (kind W, generation 1) | aead(answer key; head |
 *   site | number | old key | new key; u32 cases | … as above, each S and E sealed to the new key)
 *   The payloads are the same; the generation of S is one more, that of E the same. Whoever answers
 *   seals schemes 0 and 1 again, nothing else.
 *
 * Row of the audit chain
 *   hash = H(; "wbc" | u8 version | u64 sequence | i64 at | text actor | text act | text handle |
 *            text reason | hash of the row before (32; zeros for the first))
 *   key 1 = H(seed; "worrybox chain 1" | site);  key n+1 = K(key n, 2, "wb-chain")
 *   mac  = H(K(key n, 1, "wb-chain"); hash)
 */
/* clang-format on */
#ifndef VAULT_FORMAT_H
#define VAULT_FORMAT_H

#include <glib.h>

#include "vault/vault.h"

enum {
    FORMAT_VERSION = 1,
    FORMAT_REWRAP = 3, /* version of a packet that holds seals to be re-wrapped */
    FORMAT_FIRST = 1,  /* generation of a case key, and of a new case's seals */
    FORMAT_HEAD = 8,
    FORMAT_NONCE = 24,
    FORMAT_TAG = 16, /* of an aead */
    FORMAT_BOX = 48, /* what a box adds */
    FORMAT_CHUNK = 65536,
    FORMAT_CHUNK_TAG = 17,                      /* what a stream adds to each chunk */
    FORMAT_STREAM = 24,                         /* header of a stream */
    FORMAT_READER = 2 * VAULT_KEY + FORMAT_BOX, /* who may open a packet: public key | box */
    FORMAT_READERS = 16,                        /* at most */
    FORMAT_PAD = 512,
    FORMAT_TYPED = 4096 /* longest input that is looked at as a typed line */
};

#define FORMAT_PACKET       "worrybox packet 1"
#define FORMAT_PACKET_TWO   "worrybox packet 2"
#define FORMAT_PACKET_SEALS "worrybox packet 3"
#define FORMAT_REWRAPPED    "worrybox rewrapped 1"
#define FORMAT_BRIEF        "brief"
#define FORMAT_HOLDER       "holder "
#define FORMAT_NOW          "now "

enum scheme { SCHEME_WHOLE, SCHEME_SHARE, SCHEME_EMERGENCY, SCHEME_CONFIRMED, SCHEME_FORMER };

/* Where a blob belongs. */
typedef struct place {
    guint8 site[VAULT_SITE];
    guint64 id, message;
} Place;

/* Writing. */
void put(GByteArray *to, gconstpointer bytes, gsize length);
void put_u8(GByteArray *to, guint8 number);
void put_u32(GByteArray *to, guint32 number);
void put_u64(GByteArray *to, guint64 number);
void put_text(GByteArray *to, const char *text);
void put_head(GByteArray *to, char kind, guint32 generation);
void put_head_of(GByteArray *to, char kind, guint8 version, guint32 generation);
void put_place(GByteArray *to, const Place *place);

/* Reading: `bad` stays TRUE from the first time that something is not there; then all is 0 or NULL.
 */
typedef struct take {
    const guint8 *at, *end;
    gboolean bad;
} Take;
const guint8 *take(Take *from, gsize length); /* borrowed; NULL when bad */
guint8 take_u8(Take *from);
guint32 take_u32(Take *from);
guint64 take_u64(Take *from);
char *take_text(Take *from); /* caller frees; NULL for none, and when bad */
/* A field as a part of `whole`, which `from` reads: no copy. NULL for none, and when bad. */
GBytes *take_field(Take *from, GBytes *whole);
/* A head of this kind and our version? It is read over; *generation may be NULL. */
gboolean take_head(Take *from, char kind, guint32 *generation);
gboolean take_head_of(Take *from, char kind, guint8 version, guint32 *generation);

/* A typed line ("wbpub1", payload); `groups`: as on a sheet. Caller frees, with vault_wipe_text. */
char *typed_write(const char *word, const guint8 *payload, gsize length, gboolean groups);
/* Is there this word at the beginning? */
gboolean typed_is(const char *text, gsize length, const char *word);
/* Fills exactly `want` bytes of payload, or answers FALSE and leaves it alone. */
gboolean typed_read(const char *text, gsize length, const char *word, guint8 *payload, gsize want);

/* The key in a public line; FALSE where it is none. */
gboolean public_read(const char *line, guint8 key[VAULT_KEY]);

#endif
