#!/bin/bash
# timeout: 300
# The demo plays to its end, and fails loudly where something that it shows is not so.
set -u
number=0
ok() { # ok STATUS NAME
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        tail -30 "$TMPDIR/said" | sed 's/^/# /'
    fi
}

start=$SECONDS
contrib/demo "$WORRYBOX" "$TMPDIR/week" >"$TMPDIR/said" 2>&1
ok $? 'plays to its end'
[ $((SECONDS - start)) -lt 60 ]
ok $? 'in under a minute'
! grep -qE '.{81}' "$TMPDIR/said"
ok $? 'fits on 80 columns'
! grep -q $'\033' "$TMPDIR/said"
ok $? 'has no colour where there is no terminal'
grep -q '^  Shown: ' "$TMPDIR/said" && tail -2 "$TMPDIR/said" | grep -q "$TMPDIR/week"
ok $? 'says at the end what it has shown, and where it is'
rm -rf "$TMPDIR/week"

# A program that does what it should, and then something else.
breaks() { # breaks NAME SAID SHELL: $site is the folder of the site, $1 the verb
    printf '#!/bin/bash\n"%s" "$@"\nstatus=$?\n[ "$1" = -C ] && site=$2 && shift 2\n%s\nexit $status\n' \
        "$WORRYBOX" "$3" >"$TMPDIR/program"
    chmod +x "$TMPDIR/program"
    contrib/demo "$TMPDIR/program" >"$TMPDIR/said" 2>&1
    [ $? = 1 ] && grep -q "^demo: .*$2" "$TMPDIR/said"
    ok $? "$1 ends with exit 1"
}
breaks 'a name in state/, in base64' 'stand readable in state' \
    '[ "$1" = run ] && echo "from: Anna Kowalska" | base64 >"$site/state/log"'
breaks 'a name in a mail to a listener' 'should never have read' \
    '[ "$1" = run ] && grep -l "^To: 12jp" "$site"/mail/out/new/* | xargs -r sed -i "\$a Anna Kowalska"'
breaks 'a signature in a mail to a pupil' 'should never have read' \
    '[ "$1" = run ] && grep -l "^To: anna" "$site"/mail/out/new/* | xargs -r sed -i "\$a Jess"'
breaks 'an alert that goes no further' 'Mr Hughes has' \
    '[ "$1" = run ] && grep -l "^To: hughes" "$site"/mail/out/new/* | xargs -r rm'
breaks 'a record that was rewritten' 'the record does not hold' \
    '[ "$1 $2" = "audit show" ] && sqlite3 "$site/state/worrybox.db" "delete from audit where sequence = 4"
    [ "$1 $2" = "audit verify" ] && { "'"$WORRYBOX"'" -C "$site" "$@" >/dev/null 2>&1 || status=65; }'
breaks 'an unsealing that is not on the record' 'not on the record' \
    '[ "$1" = unseal ] && sqlite3 "$site/state/worrybox.db" "update audit set act = '"'looked'"' where act = '"'unsealed'"'"'
rm -f "$TMPDIR/program" "$TMPDIR/said"
echo "1..$number"
