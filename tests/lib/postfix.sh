# postfix.sh: a private Postfix on loopback, all of it below one folder. To be sourced; only root can
# run it.
#
#   postfix_start DIR PORT_SMTPS PORT_SUBMISSION DOMAIN LMTP_SOCKET AUTH_SOCKET
#   postfix_stop  DIR              stops it, by its process id
#   postfix_quiet DIR              true when nothing waits to be delivered
#
# It takes mail of whoever has logged in (AUTH, asked of a Dovecot at AUTH_SOCKET; only under TLS)
# for DOMAIN, and hands it to LMTP_SOCKET. DIR/recipients names the addresses it knows, one a line with
# "x" after it; all others get 550; anybody may send from anywhere to anybody known. DIR must exist,
# everybody must be able to look through it, and DIR/cert.pem holds key and certificate; see certs.sh.
# What is said to the world outside (DNS, other domains) goes nowhere.

_postfix_main() {
    cat <<CONF
compatibility_level = 3.6
queue_directory = $1/queue
data_directory = $1/data
maillog_file = $1/log
maillog_file_prefixes = $1
myhostname = mx.$4
mydomain = $4
mydestination =
mynetworks =
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = $4
virtual_mailbox_maps = texthash:$1/recipients
virtual_transport = lmtp:unix:$5
default_transport = error:this server speaks to nobody outside
relay_transport = error:this server speaks to nobody outside
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $6
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = $1/cert.pem
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
smtpd_sasl_authenticated_header = yes
smtpd_error_sleep_time = 0
message_size_limit = 64000000
virtual_mailbox_limit = 0
in_flow_delay = 0
CONF
}

_postfix_master() {
    cat <<CONF
127.0.0.1:$1 inet n - n - - smtpd -o max_use=1 -o smtpd_tls_wrappermode=yes
127.0.0.1:$2 inet n - n - - smtpd -o max_use=1 -o smtpd_tls_security_level=encrypt
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
CONF
}

postfix_start() {
    local folder
    mkdir -p "$1/queue" "$1/data"
    for folder in active bounce corrupt defer deferred flush hold incoming maildrop pid private \
        public saved trace; do
        mkdir -p "$1/queue/$folder"
    done
    chmod 755 "$1/queue" "$1/queue/pid"
    (cd "$1/queue" && chown postfix active bounce corrupt defer deferred flush hold incoming private \
        saved trace "$1/data")
    chown postfix:postdrop "$1/queue/public" "$1/queue/maildrop"
    touch "$1/recipients"
    _postfix_main "$@" >"$1/main.cf"
    _postfix_master "$2" "$3" >"$1/master.cf"
    "$(postconf -h daemon_directory)/master" -c "$1" >"$1/said" 2>&1 </dev/null &
    echo $! >"$1/pid"
    for _ in $(seq 100); do
        python3 -c "
import socket, sys
socket.create_connection(('127.0.0.1', int(sys.argv[1])), 1).close()" "$2" 2>/dev/null && return 0
        kill -0 "$(cat "$1/pid")" 2>/dev/null || break
        sleep 0.1
    done
    sed 's/^/# /' "$1/said" "$1/log" 2>/dev/null
    return 1
}

postfix_quiet() {
    [ -z "$(find "$1/queue/active" "$1/queue/incoming" "$1/queue/deferred" "$1/queue/maildrop" -type f)" ]
}

# Its daemons end with their master, a little later: who waits for the folder waits for them.
postfix_stop() {
    [ -s "$1/pid" ] || return 0
    kill "$(cat "$1/pid")" 2>/dev/null
    for _ in $(seq 50); do
        kill -0 "$(cat "$1/pid")" 2>/dev/null || break
        sleep 0.1
    done
    rm -f "$1/pid"
}
