/* proposal.h: a change to the rules that somebody has sent, and what the checks say of it. Made and
 * checked in the worker: neither a mail nor a file of rules that came by mail is read outside of
 * it.
 */
#ifndef RUN_PROPOSAL_H
#define RUN_PROPOSAL_H

#include "mail/mail.h"
#include "rules/rules.h"
#include "site/people.h"

typedef struct proposal {
    GPtrArray *files;   /* of RuleFile, owned: what is to stand in the folder of rules */
    char *faults;       /* owned; why it cannot be taken, a line each; "": nothing is wrong */
    char *warnings;     /* owned; the same of what is odd; "" */
    char *change;       /* owned; rules_compare(); "" */
    char *danger;       /* owned; the same; "" */
    guint rules, tests; /* of all files together */
    gboolean same;      /* the files stand there already */
} Proposal;

Proposal *proposal_new(void);
void proposal_free(Proposal *proposal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Proposal, proposal_free)

/* What it is checked against; all borrowed. */
typedef struct proposal_site {
    const char *folder;   /* of the rules */
    const People *people; /* NULL: names of people and rules are not looked at */
    guint match_limit;
} ProposalSite;

/* Is this what a file of rules may be called? One plain name of ASCII letters, digits, ".", "-" and
 * "_", at most 64 of them, that begins with a letter or a digit and ends with ".rules". Pure. */
gboolean proposal_name_fits(const char *name);

/* The files of rules attached to a mail, under the names they bear (".rules.txt" counts, too): what
 * is wrong with names and sizes, or that there is none, is in `faults`. Never NULL. */
Proposal *proposal_of_mail(const Mail *mail);

/* Checks it as "rules check" and "rules test" do, with all other files of the folder; fills the
 * rest. Does nothing where there are faults already. */
void proposal_check(Proposal *proposal, const ProposalSite *site);

/* Do all of its files stand there, just as they are? */
gboolean proposal_stands(const Proposal *proposal, const char *folder);

/* From one process to another, and into the store. Unpacking answers NULL where it is damaged. */
GBytes *proposal_pack(const Proposal *proposal);
Proposal *proposal_unpack(GBytes *bytes);

/* "30-own.rules, 40-more.rules", and the same each with the SHA-256 of its text. Caller frees. */
char *proposal_names(const Proposal *proposal);
char *proposal_hashes(const Proposal *proposal);

#endif
