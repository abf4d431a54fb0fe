#!/bin/bash
# What `worrybox check` says of a site in which one thing is wrong, and that a run then does nothing.
set -u
number=0
site=$TMPDIR/site
"$WORRYBOX" init "$TMPDIR/good" >/dev/null
fresh() { rm -rf "$site" && cp -a "$TMPDIR/good" "$site"; }
ok() { # ok STATUS NAME
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        sed 's/^/# /' "$TMPDIR/said"
    fi
}
wrong() { # wrong NAME SAID SHELL: in the folder of a good site
    fresh
    (cd "$site" && eval "$3")
    "$WORRYBOX" -C "$site" check >"$TMPDIR/said" 2>&1
    [ $? = 78 ] && grep -qF -e "$2" "$TMPDIR/said"
    ok $? "check: $1"
    echo 'From: a@hillside.example' >"$site/mail/in/new/1"
    "$WORRYBOX" -C "$site" run >"$TMPDIR/said" 2>&1
    [ $? = 78 ] && [ -e "$site/mail/in/new/1" ]
    ok $? "run: $1"
}

fresh
"$WORRYBOX" -C "$site" check >"$TMPDIR/said" 2>&1 && grep -q 'all well' "$TMPDIR/said"
ok $? 'control: a site as init makes it'

rule='rule bus\n    phrase  on the bus\n    hit  on the bus'
wrong 'a reply that is none' 'rules/60-own.rules:1: "reply": "crysis" is no reply' \
    "printf '$rule\n    reply  crysis\n' >rules/60-own.rules"
wrong 'not-for somebody who is not there' '"not-for": there is no "hreon", did you mean "heron"?' \
    "printf '$rule\n    not-for  hreon\n' >rules/60-own.rules"
wrong 'not-about a rule that is not there' \
    'people.conf:33: "not-about": there is no "bereavment", did you mean "bereavement"?' \
    'sed -i "s/# not-about.*/not-about  bereavment/" people.conf'
wrong 'a hit that fails' 'rules/60-own.rules:3: rule bus should speak here, and does not' \
    "printf 'rule bus\n    phrase  on the bus\n    hit  on the train\n' >rules/60-own.rules"
wrong 'an unknown key' 'did you mean "timezone"?' 'sed -i s/timezone/timezome/ site.conf'
wrong 'nobody with a key' 'no case could ever be unsealed' \
    'sed -i "/^    key/d; /practice  yes/d" people.conf'
wrong 'no lead' 'needs a lead' 'sed -i "s/^lead okafor/deputy okafor/" people.conf'
wrong 'a template without what it needs' 'templates/en/crisis.txt' \
    'sed -i "s/{{helplines}}//" templates/en/crisis.txt'
wrong 'a mail server in the clear' 'may be "no" only for a server on loopback' \
    'sed -i "s/^    kind  maildir/    kind  imap\n    host  mx.example\n    tls  no/; s/^    path.*//" site.conf'
wrong 'a host key that others can read' 'host.key' 'chmod 644 state/host.key'
wrong 'no host key' 'host.key' 'rm -f state/host.key'
wrong 'no database' 'worrybox.db' 'rm state/worrybox.db'
wrong 'an address with no room for the tag' \
    'site.conf:6: "address": 38 characters before the @ leave no room for the reply tag' \
    "sed -i 's/box@/$(printf 'x%.0s' {1..38})@/' site.conf"
fresh
sed -i "s/box@/$(printf 'x%.0s' {1..38})@/; s/# reply-tag/reply-tag/" "$site/site.conf"
"$WORRYBOX" -C "$site" check >"$TMPDIR/said" 2>&1
ok $? 'control: the same address with the tag in the subject'
fresh
sed -i "s/box@/$(printf 'x%.0s' {1..37})@/" "$site/site.conf"
"$WORRYBOX" -C "$site" check >"$TMPDIR/said" 2>&1
ok $? 'control: an address with just enough room'
wrong 'all at once' '"not-about": there is no' \
    'sed -i "s/# not-about.*/not-about  x/" people.conf && sed -i s/timezone/timezome/ site.conf'
"$WORRYBOX" -C "$site" check 2>&1 | grep -q timezome
ok $? 'all of them in one go'

# A folder in which init cannot finish is left as it was.
mkdir "$TMPDIR/alone"
cp "$WORRYBOX" "$TMPDIR/alone/worrybox"
if "$TMPDIR/alone/worrybox" init "$TMPDIR/half" >"$TMPDIR/said" 2>&1; then
    echo "ok $((++number)) - init: # SKIP worrybox is installed on this machine"
else
    [ ! -e "$TMPDIR/half" ]
    ok $? 'init without its rules makes nothing'
fi

# What cannot be written is not opened, and not on the record.
fresh
printf 'From: b@hillside.example\n\nI want to die\n' >"$site/mail/in/new/1"
"$WORRYBOX" -C "$site" run >"$TMPDIR/said" 2>&1
handle=$("$WORRYBOX" -C "$site" case list | cut -d ' ' -f 1)
unseal() {
    "$WORRYBOX" -C "$site" unseal "$handle" --by okafor --ground danger --reason x --out "$1" \
        >"$TMPDIR/said" 2>&1
}
unseal "$TMPDIR/nowhere/packet"
[ $? = 65 ] && ! "$WORRYBOX" -C "$site" audit show | grep -q unsealed
ok $? 'unseal into a folder that is not there'
unseal "$site/packet" && [ -s "$site/packet" ] && [ "$(stat -c %a "$site/packet")" = 600 ] &&
    "$WORRYBOX" -C "$site" audit show | grep -q unsealed
ok $? 'control: unseal into one that is'
cp "$site/packet" "$site/before"
unseal "$site/packet"
[ $? = 77 ] && cmp -s "$site/packet" "$site/before"
ok $? 'unseal over a file'
handle=no-such
unseal "$site/other"
[ $? = 77 ] && [ ! -e "$site/other" ]
ok $? 'what is refused leaves no file'

rm -rf "$TMPDIR/alone" "$TMPDIR/half" "$TMPDIR/good" "$site" "$TMPDIR/said"
echo "1..$number"
