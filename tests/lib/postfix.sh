# postfix.sh: a private Postfix on loopback, all of it below one folder. To be sourced by bash, after
# dovecot.sh; only root can run it.
#
#   postfix_start DIR PORT_SMTPS PORT_SUBMISSION DOMAIN LMTP_SOCKET AUTH_SOCKET
#   postfix_stop  DIR              stops it, by its process id
#
# It takes mail of whoever has logged in (AUTH, asked of a Dovecot at AUTH_SOCKET; only under TLS)
# for DOMAIN, and hands it to LMTP_SOCKET. DIR/recipients has the addresses it knows, each on a line
# with " x" behind it; all others get 550. Nothing goes to the world outside, and nothing is asked of
# it. DIR must exist, everybody must be able to look through it, and DIR/cert.pem is key and
# certificate; see certs.sh.

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
    _postfix_main "$@" >"$1/main.cf"
    _postfix_master "$2" "$3" >"$1/master.cf"
    # What was written within the last seconds it takes for half written, and waits.
    touch -d '1 minute ago' "$1/main.cf" "$1/master.cf" "$1/recipients"
    "$(postconf -h daemon_directory)/master" -c "$1" >"$1/said" 2>&1 </dev/null &
    echo $! >"$1/pid"
    for _ in $(seq 100); do
        (: <"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return 0
        has_ended "$(cat "$1/pid")" && break
        sleep 0.1
    done
    sed 's/^/# /' "$1/said" "$1/log" 2>/dev/null
    return 1
}

# Its daemons end with their master, a little later: who waits for the folder waits for them.
postfix_stop() {
    [ -s "$1/pid" ] || return 0
    kill "$(cat "$1/pid")" 2>/dev/null
    for _ in $(seq 50); do
        has_ended "$(cat "$1/pid")" && break
        sleep 0.1
    done
    rm -f "$1/pid"
}
