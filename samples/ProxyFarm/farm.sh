#!/usr/bin/env bash
# Three proxies with one JID behind one Prosody, all on this machine: users alice and bob at localhost.
#
#   samples/ProxyFarm/farm.sh             starts all, and shows what they report, until Ctrl-C
#   samples/ProxyFarm/farm.sh kill N      kills node N (1, 2 or 3) with SIGKILL, as if its machine had failed
#   samples/ProxyFarm/farm.sh restart N   starts it again
#   samples/ProxyFarm/farm.sh send FILE   sends a file from alice to bob through the farm
#
# Node 1 holds the link to Prosody at first. When it is killed, another node connects within 15 s; active pairs of the other nodes go on meanwhile.
# Variables: FARM_FOLDER (secrets, logs, received files), FARM_PORT (first of 30 free ports), ACTOR_TRANSFER (the program).
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
folder=${FARM_FOLDER:-${TMPDIR:-/tmp}/proxy-farm}
base=${FARM_PORT:-15200}
program=${ACTOR_TRANSFER:-$here/../../actor-transfer}
clients=$base component=$((base + 1))

main() {
  case "${1:-start}" in
    start) start ;;
    kill) kill -KILL "$(cat "$folder/node$2.pid")" ;;
    restart) node "$2" >"$folder/node$2.log" 2>&1 & ;;
    send) send "$2" ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
  esac
}

start() {
  mkdir -p "$folder/data/localhost/accounts" "$folder/received"
  for user in alice bob; do echo 'return { password = "sesame" };' >"$folder/data/localhost/accounts/$user.dat"; done
  echo sesame >"$folder/secret"
  config >"$folder/prosody.cfg.lua"
  "$program" --version >/dev/null # builds it, if necessary
  trap 'trap "" TERM INT; stop' EXIT
  trap 'exit 0' TERM INT
  prosody -F --config "$folder/prosody.cfg.lua" >"$folder/prosody.log" 2>&1 </dev/null &
  prosody=$!
  until (exec 3<>"/dev/tcp/127.0.0.1/$component") 2>/dev/null; do kill -0 $prosody; sleep 0.1; done
  for number in 1 2 3; do
    : >"$folder/node$number.log"
    node "$number" >"$folder/node$number.log" 2>&1 &
  done
  tail -q -n +1 -F "$folder"/node[123].log 2>/dev/null &
  shown=$!
  wait $prosody
}

stop() {
  kill $(cat "$folder"/node[123].pid 2>/dev/null) 2>/dev/null || true
  kill $prosody ${shown:-} 2>/dev/null || true
  wait
}

# The process with this number has the id of the node, so that it can be killed.
node() {
  echo "$BASHPID" >"$folder/node$1.pid"
  exec "$program" proxy --component proxy.localhost --server "127.0.0.1:$component" --secret-file "$folder/secret" \
    --listen "127.0.0.1:$((base + 10 + $1))" --cluster-listen "127.0.0.1:$((base + 20 + $1))" --cluster-seed "127.0.0.1:$((base + 21))" \
    "127.0.0.1:$((base + 22))" "127.0.0.1:$((base + 23))" </dev/null
}

send() {
  local account=(--host 127.0.0.1 --port "$clients" --tls off --allow-addresses loopback)
  export ACTOR_TRANSFER_PASSWORD=sesame
  "$program" receive --account bob@localhost/in --into "$folder/received" --count 1 "${account[@]}" >"$folder/bob.log" &
  receiver=$!
  until grep -q Ready "$folder/bob.log"; do kill -0 $receiver; sleep 0.1; done
  "$program" send "$1" --account alice@localhost/out --to bob@localhost/in --method proxy "${account[@]}" || { kill $receiver; exit 1; }
  wait $receiver
}

config() {
  cat <<CONFIG
run_as_root = true
pidfile = "$folder/prosody.run"
data_path = "$folder/data"
certificates = "$folder/data"
storage = { accounts = "internal" }
authentication = "internal_plain"
modules_enabled = { "disco", "roster", "saslauth", "ping" }
modules_disabled = { "s2s" }
interfaces = { "127.0.0.1" }
c2s_ports = { $clients }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
component_ports = { $component }
component_interfaces = { "127.0.0.1" }
log = { info = "*console" }
VirtualHost "localhost"
Component "proxy.localhost"
  component_secret = "sesame"
CONFIG
}

main "$@"
