#!/bin/bash
# The driver sees a test that fails, dies, hangs, bails out or leaves something behind.
set -u
number=0
expect() { # expect STATUS NAME BODY: one test of that body ends so
    number=$((number + 1))
    printf '#!/bin/bash\n%s\n' "$3" >"$TMPDIR/one.t"
    chmod +x "$TMPDIR/one.t"
    tests/run --one "$TMPDIR/one.t" >"$TMPDIR/said" 2>&1
    local status=$?
    if [ $status = "$1" ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2: exit $status"
        sed 's/^/# /' "$TMPDIR/said"
    fi
}
expect 0 'control: a good test' 'echo ok 1; echo 1..1'
expect 3 'fails' 'exit 3'
expect 137 'dies' 'kill -KILL $$'
expect 124 'hangs' '# timeout: 1
sleep 60'
expect 0 'cleans up' 'echo x >"$TMPDIR/x"; rm "$TMPDIR/x"'
expect 1 'leaves a file behind' 'echo x >"$TMPDIR/x"'
expect 1 'leaves a folder behind' 'mkdir -p "$TMPDIR/.a/b"; chmod 0 "$TMPDIR/.a"'
expect 0 'starts in an empty folder' '[ -z "$(ls -A "$TMPDIR")" ]'
expect 134 'bails out' 'echo "Bail out! no"; exit 134'
number=$((number + 1))
grep -qx 'not ok - no' "$TMPDIR/said" && echo "ok $number - and stops no other test" ||
    echo "not ok $number - a test that bails out stops the others"
rm -f "$TMPDIR/one.t" "$TMPDIR/said"
echo "1..$number"
