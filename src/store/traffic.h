/* traffic.h: tokens, the outbox, and which mails have been taken already. */
#ifndef STORE_TRAFFIC_H
#define STORE_TRAFFIC_H

#include "store/store.h"

/* ---- tokens: only their keyed hash is kept ------------------------------------------------- */

gboolean store_add_token(Store *store, GBytes *hash, guint64 case_id, const Party *party, gint64 at,
                         GError **error);
/* The case and party a token speaks for; FALSE without *error where it is none, or revoked. */
gboolean store_token(Store *store, GBytes *hash, guint64 *case_id, Party **party, GError **error);
/* Those of one party are gone. */
gboolean store_revoke(Store *store, guint64 case_id, const Party *party, GError **error);
/* All of a case that is closed, but those that speak for the record (they reach nobody, and what
 * came of an opening is often known only later): they speak for nobody any more. But what a mail
 * server sends back days later can still be told to belong to it, by store_closed_token(), which is
 * as store_token(). */
gboolean store_revoke_all(Store *store, guint64 case_id, GError **error);
gboolean store_closed_token(Store *store, GBytes *hash, guint64 *case_id, Party **party,
                            GError **error);

/* ---- the outbox ---------------------------------------------------------------------------- */

enum out_state { OUT_HELD, OUT_READY, OUT_SENDING, OUT_FAILED }; /* sent: the row is deleted */

typedef struct out_row {
    guint64 id;
    guint64 case_id; /* 0: of no case */
    gboolean urgent;
    gint64 not_before, at;
    guint tries;
    GBytes *draft; /* owned; locked */
} OutRow;

void out_row_free(OutRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutRow, out_row_free)

gboolean store_add_out(Store *store, const OutRow *row, GError **error); /* as OUT_READY */
/* Marks up to `most` rows that are ready and due as being sent, urgent ones first, the others in
 * the order of their random numbers, and answers them. To be committed before the first is sent. */
GPtrArray *store_take_out(Store *store, gint64 now, guint most, GError **error);
gboolean store_out_sent(Store *store, guint64 id, GError **error);
/* Back to ready, not before `again`; counts a try. */
gboolean store_out_later(Store *store, guint64 id, gint64 again, GError **error);
gboolean store_out_failed(Store *store, guint64 id, GError **error);
/* After a crash: whatever was being sent is ready again. Answers how many; -1 sets *error. */
int store_out_recover(Store *store, GError **error);
/* As OUT_HELD; `not_before` is when whoever should look at it has had time enough. */
gboolean store_hold_out(Store *store, const OutRow *row, GError **error);
/* What is held in a case; or, with `case_id` 0, what nobody has looked at in time (each once: see
 * store_held_told). Of OutRow, owned; NULL sets *error. */
GPtrArray *store_held(Store *store, guint64 case_id, gint64 now, GError **error);
gboolean store_held_told(Store *store, guint64 id, GError **error);
/* It goes out after all, or does not. */
gboolean store_release_out(Store *store, guint64 id, gint64 not_before, GError **error);
gboolean store_drop_held(Store *store, guint64 id, GError **error);
/* Mails to the pupil of a case that has lost its route, and the like. */
gboolean store_drop_out(Store *store, guint64 case_id, GError **error);
guint store_out_waiting(Store *store); /* ready or being sent */
guint store_out_failures(Store *store);

/* ---- mails seen ---------------------------------------------------------------------------- */

gboolean store_seen(Store *store, GBytes *digest);
/* By what the mailbox calls it. */
gboolean store_seen_name(Store *store, const char *validity, const char *name);
gboolean store_add_seen(Store *store, GBytes *digest, const char *validity, const char *name,
                        gint64 at, GError **error);
gboolean store_forget_seen(Store *store, gint64 before, GError **error);

/* ---- the record ---------------------------------------------------------------------------- */

typedef struct audit_row {
    guint64 sequence;
    gint64 at;
    char *actor, *act, *handle, *reason; /* owned; handle and reason may be NULL */
    GBytes *before, *hash, *mac;         /* owned */
} AuditRow;

void audit_row_free(AuditRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditRow, audit_row_free)

/* The last row's sequence and hash; 0 and NULL where there is none. */
gboolean store_audit_head(Store *store, guint64 *sequence, GBytes **hash, GError **error);
gboolean store_add_audit(Store *store, const AuditRow *row, GError **error);
/* In order; of one case where `handle` is not NULL. Of AuditRow, owned. */
GPtrArray *store_audit(Store *store, const char *handle, GError **error);

#endif
