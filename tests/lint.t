#!/bin/bash
# slow
# The linter sees each kind of breach, names its place, and is silent on the tree as it is.
# timeout: 400
set -u
copy=$TMPDIR/tree
mkdir -p "$copy/tests"
cp -a Makefile .clang-format contrib src "$copy"
cp -a "$BUILD" "$copy/build"
cd "$copy" || exit 1
unset CI

number=0
ok() { # ok STATUS NAME
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        sed 's/^/# /' said
    fi
}

make -s BUILD=build lint >said 2>&1 && ! grep -v '^  cc ' said
ok $? 'the tree as it is passes, in silence'

# What is planted: the file, what is put at its end, and what is said of it.
expected=()
plant() {
    printf '%s\n' "$2" >>"$1"
    expected+=("$1" "$3")
}
plant src/value/party.c '#include "desk/command.h"' 'value stands on floor 1'
plant src/site/server.c '#include "mail/mail.h"' 'site stands on floor 2'
plant src/desk/assign.c '#include <sqlite3.h>' 'sees SQLite; its door is src/store/'
plant src/site/people.c '#include <libetpan/mailimap.h>' 'sees libetpan; its door'
plant src/vault/chain.c '#include <gmime/gmime.h>' 'sees GMime; its door is src/mail/'
plant src/rules/rules.h '#include "value/identity.h"' 'sees value/identity.h; only'
plant src/desk/assign.h '#include "site/address-book.h"' 'sees site/address-book.h; only'
plant src/desk/word.h '#include "desk/assign.h"' 'sees site/address-book.h (desk/assign.h >'
plant src/base/text.c 'int lost(int n);
int lost(int n) {
again:
    if (n-- > 0)
        goto again;
    return n;
}' 'goto'
plant src/base/clock.c 'char *worse(char *to);
char *worse(char *to) {
    return strcpy(to, "worse");
}' 'strcpy(): use'
plant src/base/conf.c 'int counter = 7;' 'global mutable state: counter'
plant src/value/letter.c '#include <stdio.h>
void loud(const Letter *letter);
void loud(const Letter *letter) {
    printf("%s", letter->text);
}' 'printf(): only src/verb'
plant src/value/draft.c "void lengthy(int *n);
void lengthy(int *n) {
$(for i in {1..60}; do echo '    ++*n;'; done)
}" 'a function of 62 lines'
printf '/* no guard */\n' >src/value/bare.h
expected+=(src/value/bare.h 'has no include guard')
if command -v clang-format >/dev/null; then
    plant src/value/context.c 'int  ugly ;' 'is not formatted'
fi
# Words in comments and in quotes are no calls.
printf '/* goto strcpy( */\nextern const char innocent[];\nconst char innocent[] = "goto system(";\n' \
    >>src/value/address.c
make -s -k BUILD=build build/obj/main.o lint >said 2>&1
# Last, as nothing that includes it would compile: a header that does not stand alone.
plant src/value/verdict.h 'Absent *verdict_lean(void);' 'does not stand alone'
COMPILE=$(cat build/flags) contrib/lint build >said 2>&1
[ $? = 1 ]
ok $? 'breaches end with exit 1'

for ((i = 0; i < ${#expected[@]}; i += 2)); do
    grep -F "${expected[i]}:" said | grep -qF "${expected[i + 1]}"
    ok $? "${expected[i]}: ${expected[i + 1]}"
done
! grep 'src/value/address.c' said
ok $? 'words in comments and quotes are no calls'
echo "1..$number"
cd / && rm -rf "$copy"
