#!/bin/bash
# The mailbox against a real IMAP server: a private Dovecot.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib/dovecot.sh"
tool=${BUILD:-build}/tools/boxtool
work=$(mktemp -d "${TMPDIR:-/tmp}/worrybox-imap-XXXXXX")
trap 'dovecot_stop "$work"; rm -rf "$work"' EXIT
count=0

# is WHAT GOT WANTED
is() {
    count=$((count + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $count - $1"
    else
        printf 'not ok %d - %s\n# got:    %s\n# wanted: %s\n' "$count" "$1" "$2" "$3"
    fi
}
# box USER KEY=VALUE… VERB …
box() {
    local user=$1
    shift
    "$tool" kind=imap host=localhost port="$port" ca-file="$work/ca.pem" user="$user" \
        password-file="$work/secret" deadline=60 "$@" 2>"$work/error"
}
# fill USER COUNT: that many small mails
fill() {
    python3 - "$(dovecot_maildir "$work" "$1")/new" "$2" <<'PY'
import sys
for i in range(int(sys.argv[2])):
    with open("%s/%d.M%dP1Q%d.x" % (sys.argv[1], 1700000000 + i, i, i), "w", newline="") as mail:
        mail.write("From: a@h.example\r\nSubject: letter %d\r\n\r\nHello %d.\r\n" % (i, i))
PY
}

# copies USER FOLDER NAME…: mails from the table below; with a number, "ours 300", so many
copies() {
    local folder
    folder=$(dovecot_maildir "$work" "$1")/$2
    mkdir -p "$folder/new" "$folder/cur" "$folder/tmp"
    shift 2
    python3 - "$folder/new" "$@" <<'PY'
import os, sys
TOKEN = "%sabcdefghijklmnopqrstuv"
US = "The school <box@h.example>"
KINDS = {  # Message-ID, From, other headers
    "ours": ("<%s@h.example>" % TOKEN, US, ""),
    "bare": ("<%s@h.example>" % TOKEN, "box@h.example", ""),
    "tagged": ("<%s@H.Example>" % TOKEN, "=?utf-8?q?Sch=C3=B6n?=\r\n <Box+k7@h.example>", ""),
    "idn": ("<%s@xn--schle-mva.example>" % TOKEN, "<box@xn--schle-mva.example>", ""),
    "teacher": ("<9f3c-4a@h.example>", US, ""),                     # by hand, from a mail client
    "short": ("<%s@h.example>" % TOKEN[:-1], US, ""),
    "long": ("<%s2@h.example>" % TOKEN, US, ""),
    "digit": ("<%s1@h.example>" % TOKEN[:-1], US, ""),
    "capital": ("<%sQ@h.example>" % TOKEN[:-1], US, ""),
    "domain": ("<%s@mail.h.example>" % TOKEN, US, ""),
    "pupil": ("<%s@h.example>" % TOKEN, "Anna <anna@h.example>", "To: box@h.example\r\n"),
    "namesake": ("<%s@h.example>" % TOKEN, '"box@h.example" <anna@h.example>', ""),
    "several": ("<%s@h.example>" % TOKEN, "anna@h.example, " + US, ""),
    "other": ("<%s@h.example>" % TOKEN, "<inbox@h.example>", ""),
    "two": ("<%s@h.example>" % TOKEN, US + "\r\nFrom: anna@h.example", ""),
    "answer": ("<a@h.example>", US, "In-Reply-To: <%s@h.example>\r\n" % TOKEN),
    "no-id": (None, US, ""),
}
serial = 0
for word in sys.argv[2:]:
    kind, _, many = word.partition(" ")
    for _ in range(int(many or 1)):
        serial += 1
        digits = "".join("abcdefghij"[int(c)] for c in "%04d" % serial)
        ident, sender, more = KINDS[kind]
        name = "%d.M%dP%dQ%s.x" % (1700000000 + serial, serial, os.getpid(), kind)
        with open(os.path.join(sys.argv[1], name), "w", newline="") as mail:
            if ident:
                mail.write("Message-Id: %s\r\n" % (ident % digits if "%s" in ident else ident))
            mail.write("From: %s\r\n%sSubject: x\r\n\r\nSee %s.\r\n" % (sender, more, kind))
PY
}
# left USER FOLDER: the kinds still in it
left() {
    find "$(dovecot_maildir "$work" "$1")/$2/new" "$(dovecot_maildir "$work" "$1")/$2/cur" \
        -type f 2>/dev/null | sed 's/.*Q\([a-z-]*\).*/\1/' | sort -u | tr '\n' ' '
}

"$here/lib/certs.sh" "$work" && mv "$work/good.pem" "$work/cert.pem"
(umask 077 && echo 'pa ss"w\rd' >"$work/secret" && echo wrong >"$work/wrong")
for user in none one many ugly move imp own named heap gmail locked; do
    dovecot_user "$work" "$user" 'pa ss"w\rd'
    dovecot_maildir "$work" "$user" >/dev/null
done
fill one 1
fill many 3000
fill move 3
fill imp 1
ugly=$(dovecot_maildir "$work" ugly)
printf 'Subject: nul\r\n\r\na\0b\r\n' >"$ugly/new/1700000001.M1P1.x"
python3 -c '
import sys
sys.stdout.write("Subject: large\r\n\r\n" + ("0123456789" * 7 + "\r\n") * 263900)' \
    >"$ugly/new/1700000002.M2P1.x"
printf 'Subject: no body\r\n\r\n' >"$ugly/new/1700000003.M3P1.x"
mkdir -p "$(dovecot_maildir "$work" imp)/.W&APY-rry box & co/new"
mkdir -p "$(dovecot_maildir "$work" imp)"/.'Worry box'/{new,cur,tmp} \
    "$(dovecot_maildir "$work" imp)"/.'W&APY-rry'/{new,cur,tmp}
rm -rf "$(dovecot_maildir "$work" imp)/.W&APY-rry box & co"
cp "$(dovecot_maildir "$work" imp)"/new/* "$(dovecot_maildir "$work" imp)/.Worry box/new/"
port=$(free_port) plain=$(free_port)
dovecot_start "$work" "$port" "$plain" || { echo "1..0 # SKIP Dovecot does not start" && exit 1; }

is "an empty folder" "$(box none count)" 0
is "fetching nothing" "$(box none fetch -)" "0 mails, 0 bytes"
box none expunge
is "deleting nothing" $? 0
is "ids of UIDVALIDITY" "$(box none validity | sed 's/[0-9][0-9]*$/N/')" "imap N"
is "they stay" "$(box none validity)" "$(box none validity)"

is "one mail" "$(box one list | cut -d' ' -f1)" 1
mkdir "$work/out" && box one fetch "$work/out" >/dev/null
is "its bytes" "$(cat "$work"/out/1)" "$(cat "$(dovecot_maildir "$work" one)"/*/1700*)"
is "it stays unread" "$(ls "$(dovecot_maildir "$work" one)"/*/1700*S 2>/dev/null)" ""
is "a number that is not there" "$(box one fetch - 1 7 4000000000)" "1 mails, 50 bytes"
box one fetch - 1x >/dev/null
is "an id that is no number" $? 75
box one expunge 7
is "deleting what is not there" "$? $(box one count)" "0 1"

is "3000 mails" "$(box many count)" 3000
is "oldest first" "$(box many list | cut -d' ' -f1 | md5sum)" "$(seq 3000 | md5sum)"
box many fetch "$work/out" >"$work/got"
is "all of them" "$(cut -d, -f1 "$work/got") $(find "$work/out" -type f | wc -l)" "3000 mails 3000"
is "each under its own number" "$(grep -lx $'Hello 1233.\r' "$work"/out/*)" "$work/out/1234"
box many fetch stop >/dev/null
is "told to stop it stops" "$? $(cat "$work/error" | tail -1)" "77 boxtool: told to stop"
box many expunge 1 3 5 700 701 702 3000
is "some are deleted" "$? $(box many count) $(box many list | head -3 | cut -d' ' -f1 | tr '\n' ' ')" \
    "0 2993 2 4 6 "
is "what has gone is left out" "$(box many fetch - 1 2 3 4 | cut -d, -f1)" "2 mails"
box many expunge
is "all are deleted" "$? $(box many count)" "0 0"

is "sizes of ugly mails" "$(box ugly list | cut -d' ' -f2 | tr '\n' ' ')" "21 19000818 20 "
rm -rf "$work/out" && mkdir "$work/out" && box ugly fetch "$work/out" >/dev/null
is "19 MB whole" "$(cmp "$work/out/2" "$ugly"/*/1700000002* && wc -c <"$work/out/2")" 19000818
peak=$(sed 's/.*peak \([0-9]*\) kB/\1/' "$work/error")
ldd "$tool" | grep -q libasan ||
    is "in less than 64 MB of memory" "$([ "$peak" -lt 65536 ] && echo yes || echo "$peak kB")" yes
is "a NUL is not the end" "$(wc -c <"$work/out/1")" 21
is "a mail without a body" "$(wc -c <"$work/out/3")" 20
if command -v strace >/dev/null; then
    strace -f -e trace=openat,open,creat -o "$work/trace" "$tool" kind=imap host=localhost \
        port="$port" ca-file="$work/ca.pem" user=ugly password-file="$work/secret" fetch - \
        >/dev/null 2>&1
    is "no temp file for a large mail" "$(grep -E 'O_CREAT|O_TMPFILE' "$work/trace")" ""
fi

box move hold 2
is "hold: moved to Held, made for it" "$? $(box move count) $(box move folder=Held count)" "0 2 1"
is "hold: unread" "$(ls "$(dovecot_maildir "$work" move)"/.Held/*/1700*S 2>/dev/null)" ""
box move hold 3
is "hold: and where there is one" "$? $(box move count) $(box move folder=Held count)" "0 1 2"

is "a folder with a blank" "$(box imp 'folder=Worry box' count)" 1
is "a folder beyond ASCII" "$(box imp folder=Wörry count)" 0
box imp 'folder=not there' count >/dev/null
is "a folder that is not there" $? 78
box imp folder=$'Worry\r\nA1 DELETE "Worry box"' count >/dev/null
is "CR LF in the folder" $? 78
box $'imp\r\nA1 LOGOUT' count >/dev/null
is "CR LF in the user" $? 78
box imp password-file="$work/wrong" count >/dev/null
is "a wrong password" "$? $(cat "$work/error")" \
    "78 boxtool: localhost: user or password is wrong: the server refused both"
is "STARTTLS" "$(box imp tls=starttls port="$plain" count)" 1
is "in the clear on loopback" "$(box imp tls=no port="$plain" count)" 1
is "an authority of the system does not know it" \
    "$("$tool" kind=imap host=localhost port="$port" user=imp password-file="$work/secret" count \
        2>&1 | sed 's/;.*//')" \
    "boxtool: localhost: its certificate is signed by nobody this machine trusts"
is "what it can do" "$(box imp abilities | cut -d: -f1 | head -3 | tr '\n' ' ')" \
    "TLS UIDPLUS MOVE "
dovecot_stop "$work"
DOVECOT_MORE='imap_capability = IMAP4rev1 UIDPLUS NAMESPACE' dovecot_start "$work" "$port" "$plain"
is "no MOVE: known" "$(box imp abilities | grep -c 'MOVE: no')" 1
box imp hold 1
is "no MOVE: copied and deleted" "$? $(box imp count) $(box imp folder=Held count)" "0 0 1"
dovecot_stop "$work"

# Copies of our own mails, in the folders the server marks
others="teacher short long digit capital domain pupil namesake several other two answer no-id"
stay="answer capital digit domain long namesake no-id other pupil several short teacher two "
for folder in .Sent .Trash .Archive '.All Mail' .Mine; do
    copies own "$folder" ours bare tagged $others
done
copies own . ours $others
copies named .Sent ours pupil
copies named .Mine ours bare pupil
copies named '.W&APY-rry' ours pupil
copies named .Idn idn ours
copies heap .Archive 'pupil 300' 'ours 2300' 'teacher 2'
copies gmail .Sent ours pupil
copies gmail .Trash ours pupil
copies gmail '.All Mail' ours pupil
copies locked .Sent ours pupil
copies locked .Archive ours pupil
echo "owner lrs" >"$(dovecot_maildir "$work" locked)/.Sent/dovecot-acl"
echo "owner lr" >"$(dovecot_maildir "$work" locked)/.Archive/dovecot-acl"
special='
namespace inbox {
  mailbox Trash {
    special_use = \Trash
  }
  mailbox Archive {
    special_use = \Archive
  }
  mailbox "All Mail" {
    special_use = \All
  }
}
'
DOVECOT_MORE=$special dovecot_start "$work" "$port" "$plain"
is "check: copies are counted" "$(box own abilities | grep -E '(cop|mail: |NAME)' | head -4)" \
    "All mail: 3 copies of our own mails; every run removes them.
Archived mail: 3 copies of our own mails; every run removes them.
Sent mail: 3 copies of our own mails; every run removes them.
Deleted mail: 3 copies of our own mails; every run removes them."
is "check: a folder of all mail" "$(box own abilities | grep -c 'folder of all mail')" 1
is "control: check removes none, and they are there" "$(left own .Sent)" \
    "$(printf '%s\n' $stay ours bare tagged | sort | tr '\n' ' ')"
is "copies: those of ours" "$(box own tidy)" 12
for folder in .Sent .Trash .Archive '.All Mail'; do
    is "copies: everything else stays in $folder" "$(left own "$folder")" "$stay"
done
is "copies: a folder that is not marked is let be" "$(left own .Mine | grep -c ours)" 1
is "copies: what is still to be fetched is let be" "$(left own . | grep -c ours)" 1
is "copies: a second time there is none" "$(box own tidy)" 0
is "copies: the folder that is fetched is let be, though it is marked" \
    "$(copies own .Archive ours && box own folder=Archive tidy) $(left own .Archive | wc -w)" "0 14"
is "copies: another box's are not ours" "$(box own from=desk@h.example tidy)" 0
is "copies: by name" "$(box named sent-folder=Mine sent-folder=Wörry sent-folder=Gone tidy)" 3
is "copies: by name, everything else stays" \
    "$(left named .Sent)$(left named .Mine)$(left named '.W&APY-rry')" "ours pupil pupil pupil "
is "check: by name" "$(box named sent-folder=Mine sent-folder=Gone abilities | grep '^"')" \
    '"Mine": 0 copies of our own mails; every run removes them.
"Gone": no such folder, or not to be opened.'
is "copies: a name that would be a command" \
    "$(box named sent-folder=$'Mine"\r\nA1 DELETE "Mine' tidy) $(box named folder=Mine count)" "0 1"
is "copies: a domain beyond ASCII" \
    "$(box named from=box@schüle.example sent-folder=Idn tidy)$(left named .Idn)" "1ours "
is "copies: the newest 2000 are looked at" "$(box heap tidy)" 1998
peak=$(sed 's/.*peak \([0-9]*\) kB/\1/' "$work/error")
ldd "$tool" | grep -q libasan ||
    is "copies: in less than 24 MB" "$([ "$peak" -lt 24576 ] && echo yes || echo "$peak kB")" yes
is "copies: then the rest" "$(box heap tidy) $(left heap .Archive)" "302 pupil teacher "
dovecot_stop "$work"
DOVECOT_MORE="$special"'imap_capability = IMAP4rev1 UIDPLUS NAMESPACE MOVE SPECIAL-USE X-GM-EXT-1
protocol imap {
  mail_plugins = acl
  rawlog_dir = '"$work/raw"'
}
plugin {
  acl = vfile
}' dovecot_start "$work" "$port" "$plain"
is "Gmail: how to change it" "$(box gmail abilities | grep -c 'Gmail: deleting may only archive')" 1
mkdir -p "$work/raw" && chmod 777 "$work/raw"
is "Gmail: all of them, by way of the trash" "$(box gmail tidy)" 3
is "Gmail: everything else stays" \
    "$(left gmail .Sent)$(left gmail .Trash)$(left gmail '.All Mail')" "pupil pupil pupil "
is "Gmail: only the trash is expunged" \
    "$(cat "$work"/raw/*.in | tr -d '\r' | grep -oE '(SELECT|UID MOVE|UID EXPUNGE) .*' |
        sed -E 's/[0-9:,]+ ?//' | tr '\n' ' ')" \
    'SELECT INBOX SELECT "All Mail" UID MOVE Trash SELECT Sent UID MOVE Trash SELECT Trash UID EXPUNGE  '
is "copies: where nothing can be deleted nothing is, and that is no error" \
    "$(box locked tidy) $? $(left locked .Sent)$(left locked .Archive)" "0 0 ours pupil ours pupil "
is "check: where nothing can be deleted" \
    "$(box locked abilities | grep -c '1 copy of our own mails; nothing can be deleted there')" 2
is "it stops" "$(dovecot_stop "$work" && [ ! -e "$work/pid" ] && echo yes)" yes
box imp count >/dev/null
is "nobody there" $? 75
is "nothing went wrong in Dovecot" "$(grep -E 'Error|Fatal|Panic' "$work/log")" ""
echo "1..$count"
