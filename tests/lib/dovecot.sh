# dovecot.sh: a private Dovecot on loopback, all of it below one folder. To be sourced.
#
#   dovecot_start DIR PORT_IMAPS [PORT_IMAP] [LMTP_SOCKET]   starts it; port 0 or "": none
#   dovecot_user  DIR NAME PASSWORD                          adds a user, before or after the start
#   dovecot_maildir DIR NAME                                 prints where the user's Maildir is, made
#   dovecot_own   DIR                                        call it after writing into a Maildir
#   dovecot_stop  DIR                                        stops it, by its process id
#
# DIR must exist and needs DIR/cert.pem (key and certificate) before the start; see certs.sh. What
# stands in DOVECOT_MORE goes into the configuration. It runs as whoever starts it; for root, whose
# mail Dovecot will not touch, mails belong to nobody.
# free_port prints a port nobody listens on; has_ended PID tells whether a process has.

free_port() {
    python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# A zombie has ended too: where the first process of a container takes in no orphans, it stays one.
has_ended() {
    ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

_dovecot_uid() {
    if [ "$(id -u)" = 0 ]; then id "$1" nobody; else id "$1"; fi
}

dovecot_maildir() {
    mkdir -p "$1/mail/$2/new" "$1/mail/$2/cur" "$1/mail/$2/tmp"
    echo "$1/mail/$2"
}

dovecot_own() {
    chown -R "$(_dovecot_uid -u):$(_dovecot_uid -g)" "$1/mail" "$1/home"
}

dovecot_user() {
    (umask 077 && echo "$2:{PLAIN}$3::::::" >>"$1/users")
}

# _dovecot_conf DIR PORT_IMAPS PORT_IMAP LMTP
_dovecot_conf() {
    cat <<CONF
base_dir = $1/run
state_dir = $1/run
log_path = $1/log
protocols = imap ${4:+lmtp}
listen = 127.0.0.1
first_valid_uid = 0
ssl = yes
ssl_cert = <$1/cert.pem
ssl_key = <$1/cert.pem
ssl_dh =
disable_plaintext_auth = no
auth_mechanisms = plain login
recipient_delimiter = +
mail_location = maildir:$1/mail/%u
mail_max_userip_connections = 0
imap_capability = +SPECIAL-USE
passdb {
  driver = passwd-file
  args = $1/users
}
userdb {
  driver = static
  args = uid=$(_dovecot_uid -u) gid=$(_dovecot_uid -g) home=$1/home/%u
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service imap-login {
  service_count = 0
  inet_listener imap {
    port = ${3:-0}
  }
  inet_listener imaps {
    port = ${2:-0}
    ssl = yes
  }
}
service auth {
  user = $(id -un)
  unix_listener auth-userdb {
    mode = 0600
  }
}
${DOVECOT_MORE:-}
CONF
    # Root keeps Dovecot's own users for what faces the network; anybody else is all of them.
    [ "$(id -u)" = 0 ] || cat <<CONF
default_internal_user = $(id -un)
default_internal_group = $(id -gn)
default_login_user = $(id -un)
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
}
CONF
    [ -z "${4:-}" ] || printf 'service lmtp {\n unix_listener %s {\n mode = 0666\n }\n}\n' "$4"
}

dovecot_start() {
    mkdir -p "$1/run" "$1/mail" "$1/home"
    touch "$1/users"
    chmod 711 "$1"
    dovecot_own "$1"
    _dovecot_conf "$@" >"$1/dovecot.conf"
    dovecot -F -c "$1/dovecot.conf" >"$1/said" 2>&1 &
    echo $! >"$1/pid"
    for _ in $(seq 100); do
        [ -S "$1/run/auth-userdb" ] && python3 -c "
import socket, sys
socket.create_connection(('127.0.0.1', int(sys.argv[1])), 1).close()" "${2:-${3:-0}}" 2>/dev/null &&
            return 0
        kill -0 "$(cat "$1/pid")" 2>/dev/null || break
        sleep 0.1
    done
    sed 's/^/# /' "$1/said" "$1/log" 2>/dev/null
    return 1
}

dovecot_stop() {
    [ -s "$1/pid" ] || return 0
    kill "$(cat "$1/pid")" 2>/dev/null
    for _ in $(seq 50); do
        has_ended "$(cat "$1/pid")" && break
        sleep 0.1
    done
    rm -f "$1/pid"
}
