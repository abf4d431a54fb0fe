#!/bin/bash
# The golden vectors in the eyes of a reader that shares no code with the C program.
cd "$(dirname "$0")/vectors" || exit 1
n=0
result() { # 0 or not, what
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
for python in /usr/bin/python3 python3 none; do
    "$python" -c 'import nacl' 2>/dev/null && break
done
if [ "$python" = none ]; then
    echo "1..0 # SKIP python3-nacl is missing"
    exit 0
fi
open() { "$python" -B open.py "$@"; }

for v in v*/; do
    open --blobs "$v" >/dev/null
    result $? "$v every blob"
    cmp -s <(open "$v/packet" "$v/lead.key" "$v/passphrase") "$v/opened.jsonl"
    result $? "$v packet with the key file"
    cmp -s <(open "$v/packet" "$v/lead.sheet") "$v/opened.jsonl"
    result $? "$v packet with the recovery sheet"
    [ "$(find "$v"refused -type f -size +0 | wc -l)" -ge 9 ]
    result $? "$v has nine to refuse"
    for bad in "$v"refused/*; do
        ! open "$bad" "$v/lead.sheet" >/dev/null 2>&1
        result $? "$bad"
    done
    ! open "$v/packet" "$v/deputy.key" "$v/passphrase" >/dev/null 2>&1
    result $? "$v packet with another key"
    ! open "$v/packet" "$v/lead.key" "$v/lead.id" >/dev/null 2>&1
    result $? "$v packet with a wrong passphrase"
done
# Packets that take two to open: read by the script, and by the C program.
cd two || exit 1
script() { "$python" -B ../open.py --together "$@"; }
program() {
    local packet=$1 keys=()
    shift
    for sheet; do keys+=(--key "$sheet"); done
    "$WORRYBOX" open "$packet" "${keys[@]}" --json
}
opens() { # PACKET SHEET…: both read who wrote
    cmp -s <(script "$@") opened.jsonl && program "$@" | grep -q '"from": *"bokonkwo@'
    result $? "two: $*"
}
refused() { # PACKET SHEET…: neither reads a word
    ! said=$(script "$@" 2>/dev/null) && ! told=$(program "$@" 2>/dev/null) && [ -z "$said$told" ]
    result $? "two: $* is refused"
}
opens packet okafor.sheet hughes.sheet
opens packet singh.sheet okafor.sheet
opens packet okafor.sheet hughes.sheet singh.sheet
opens danger okafor.sheet
opens approved okafor.sheet
opens approved okafor.sheet singh.sheet
for one in okafor hughes singh; do refused packet $one.sheet; done
refused packet hughes.sheet singh.sheet
refused danger hughes.sheet
refused danger hughes.sheet singh.sheet
refused approved hughes.sheet
refused approved hughes.sheet singh.sheet
[ "$(find refused -type f -size +0 | wc -l)" -ge 4 ]
result $? "two: has four to refuse"
for bad in refused/*; do refused "$bad" okafor.sheet; done
# Re-wrapping: what the old key's holder is asked, and what they answer. (That the host takes the
# answer, and none of the bad ones, is in tests/unit/vault_rewrap.c.)
cd ../rewrap || exit 1
print=$(cat new.fingerprint)
asked() { "$python" -B ../open.py --rewrap "$@"; }
answered() { "$python" -B ../open.py --answer "$1" "$2" "$3" new.sheet; }
cmp -s <(asked packet old.sheet) cases.jsonl
result $? "rewrap: what the packet holds"
cmp -s <(answered packet old.sheet answer) cases.jsonl
result $? "rewrap: the answer holds the same, for the new key"
said=$("$WORRYBOX" key reseal packet --key old.sheet) && grep -q "$print" <<<"$said"
result $? "rewrap: the C program says for which key"
"$WORRYBOX" key reseal packet --key old.sheet --to "$print" --out "$TMPDIR/answer" >/dev/null &&
    cmp -s <(answered packet old.sheet "$TMPDIR/answer") cases.jsonl
result $? "rewrap: what the C program answers today holds the same"
! "$WORRYBOX" key reseal packet --key new.sheet >/dev/null 2>&1 && ! asked packet new.sheet 2>/dev/null
result $? "rewrap: with another key"
for bad in refused/packet-*; do
    ! "$WORRYBOX" key reseal "$bad" --key old.sheet >/dev/null 2>&1 && ! asked "$bad" old.sheet 2>/dev/null
    result $? "rewrap: $bad"
done
for bad in refused/answer-*; do
    ! answered packet old.sheet "$bad" >/dev/null 2>&1
    result $? "rewrap: $bad"
done
rm -f "$TMPDIR/answer"
echo "1..$n"
