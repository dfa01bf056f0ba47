#!/usr/bin/env bash
# Uploads a file of BYTES through Prosody's http_file_share, ROUNDS times, by turns with `curl -T` and with `actor-transfer send --method http`, plain and
# encrypted, and prints the MB/s of each: [ACTOR_TRANSFER=COMMAND] http-upload.sh [BYTES] [ROUNDS]. Everything is on loopback, and is removed at the end.
set -euo pipefail
bytes=${1:-1000000000} rounds=${2:-5}
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
program=${ACTOR_TRANSFER:-$here/../../actor-transfer}
folder=$(mktemp -d) c2s=5922 http=5980
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
. "$here/prosody-config.sh" <<CONFIG
storage = { accounts = "internal" }
authentication = "internal_plain"
modules_enabled = { "disco", "saslauth", "roster" }
interfaces = { "127.0.0.1" }
c2s_ports = { $c2s }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
http_ports = { $http }
http_interfaces = { "127.0.0.1" }
VirtualHost "localhost"
Component "upload.localhost" "http_file_share"
  http_host = "localhost"
  http_external_url = "http://localhost:$http/"
  http_file_share_size_limit = $((bytes + 16))
  http_file_share_daily_quota = 1e15
CONFIG
mkdir -p "$folder/localhost/accounts"
echo 'return { password = "sesame" };' >"$folder/localhost/accounts/sender.dat"
echo sesame >"$folder/password"
head -c "$bytes" /dev/urandom >"$folder/file.bin"
prosody -F --config "$folder/prosody.cfg.lua" </dev/null >"$folder/prosody.log" 2>&1 &
server=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$c2s" 4<>"/dev/tcp/127.0.0.1/$http") 2>/dev/null; do
  kill -0 "$server"
  sleep 0.1
done

# A slot for curl: its URL and its header.
slot() {
  /usr/bin/python3 - "$c2s" "$bytes" <<'PYTHON'
import base64, re, socket, sys
link = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def say(text, until):
    link.sendall(text.encode())
    heard = ""
    while not re.search(until, heard):
        heard += link.recv(65536).decode()
    return heard
header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>"
say(header, "</stream:features>")
login = base64.b64encode(b"\0sender\0sesame").decode()
say(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{login}</auth>", "<success")
say(header, "</stream:features>")
say("<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "</iq>")
answer = say(
    "<iq type='get' id='2' to='upload.localhost'><request xmlns='urn:xmpp:http:upload:0' filename='file.bin' "
    f"size='{sys.argv[2]}' content-type='application/octet-stream'/></iq>", "</iq>")
print(re.search("<put url='([^']*)'", answer)[1], re.search("<header name='Authorization'>([^<]*)", answer)[1], sep="\n")
PYTHON
}

ours() {
  $program send "$folder/file.bin" --to nobody@localhost --method http --account sender@localhost --host 127.0.0.1 --port "$c2s" \
    --tls off --password-file "$folder/password" --json "$@" | sed -nE 's/.*"event":"completed".*"seconds":([0-9.]+).*/\1/p'
}

show() {
  awk -v name="$1" -v bytes="$bytes" -v seconds="$2" 'BEGIN { printf "%-40s %8.1f MB/s\n", name, bytes / seconds / 1e6 }'
}

# Each stored file would be in the page cache of the next one.
clean() { rm -rf "$folder"/upload%2elocalhost/http_file_share/*; }

$program --version >/dev/null
for _ in $(seq "$rounds"); do
  { read -r url; read -r authorization; } < <(slot)
  show "curl -T" "$(curl -sS --fail -o /dev/null -w '%{time_total}' -T "$folder/file.bin" \
    -H "Authorization: $authorization" -H 'Content-Type: application/octet-stream' "$url")"
  clean
  show "send --method http" "$(ours)"
  clean
  show "send --method http --encrypt-upload" "$(ours --encrypt-upload)"
  clean
done
