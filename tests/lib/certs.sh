#!/bin/sh
# certs.sh DIR: certificates for tests, made anew: an authority, what it signs, and what nobody should
# believe. KIND.pem holds key and certificate.
set -e
cd "$1"
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" 2>/dev/null; }
authority() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 2 -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
}
# leaf KIND AUTHORITY NAMES DAYS
leaf() {
    key "$1"
    printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' "$3" >"$1.ext"
    openssl req -new -key "$1.key" -subj "/CN=test" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" \
        -extfile "$1.ext" -out "$1.crt" 2>/dev/null
    cat "$1.key" "$1.crt" >"$1.pem"
}
authority ca
authority other-ca
leaf good ca DNS:localhost,IP:127.0.0.1 2
leaf wrong-name ca DNS:other.example 2
leaf expired ca DNS:localhost,IP:127.0.0.1 -1
leaf unknown-ca other-ca DNS:localhost,IP:127.0.0.1 2
key self-signed
openssl req -x509 -new -key self-signed.key -subj /CN=localhost -days 2 -out self-signed.crt \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
cat self-signed.key self-signed.crt >self-signed.pem
