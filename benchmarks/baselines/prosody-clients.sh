#!/usr/bin/env bash
# Runs Prosody with the accounts sender@localhost and receiver@localhost, password sesame, without its stock limits: prosody-clients.sh FOLDER PORT [ADDRESS].
# Prints "ready PORT" when it accepts connections, and ends the server when its own standard input ends.
set -euo pipefail
folder=$1 port=$2 address=${3:-127.0.0.1}
. "${BASH_SOURCE[0]%/*}/prosody-config.sh" <<CONFIG
storage = { accounts = "internal" }
authentication = "internal_plain"
modules_enabled = { "disco", "roster", "saslauth", "tls", "ping" }
interfaces = { "$address" }
c2s_ports = { $port }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
VirtualHost "localhost"
CONFIG
mkdir -p "$folder/localhost/accounts"
for user in sender receiver; do
  echo 'return { password = "sesame" };' >"$folder/localhost/accounts/$user.dat"
done
# For clients that do not log in over a network without TLS.
if command -v openssl >/dev/null; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$folder/localhost.key" -out "$folder/localhost.crt" 2>/dev/null
fi
prosody -F --config "$folder/prosody.cfg.lua" </dev/null &
server=$!
. "${BASH_SOURCE[0]%/*}/keep.sh"
keep "$server" "$port"
