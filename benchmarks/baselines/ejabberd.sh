#!/usr/bin/env bash
# Runs ejabberd with its mod_proxy65 for the load runner: ejabberd.sh FOLDER COMPONENT_PORT PROXY_PORT [ADDRESS]; without an address on loopback.
# Prints "ready PROXY_PORT" when both ports accept connections, and ends the server when its own standard input ends.
# Without ejabberdctl, which needs a separate user and leaves a name server running; one node needs neither.
set -euo pipefail
folder=$1 component=$2 proxy=$3 address=${4:-127.0.0.1}
libraries=$(dirname "$(ls -d /usr/lib/*/ejabberd-*/ebin /usr/lib/erlang/lib/ejabberd-*/ebin /opt/ejabberd-*/lib/ejabberd-*/ebin 2>/dev/null | head -1)" 2>/dev/null)
if ! command -v erl >/dev/null || [ "$libraries" = . ]; then
  echo "ejabberd is not installed (benchmarks/baselines/install.sh)" >&2
  exit 69
fi
mkdir -p "$folder/spool" "$folder/log"
cat >"$folder/ejabberd.yml" <<CONFIG
hosts: [localhost]
loglevel: warning
listen:
  - { port: $component, ip: "$address", module: ejabberd_service, access: all, hosts: { "load.localhost": { password: "sesame" } } }
s2s_access: none
auth_method: internal
modules:
  mod_disco: {}
  mod_proxy65: { host: "proxy.@HOST@", ip: "$address", port: $proxy, hostname: "$address", access: all, max_connections: infinity, shaper: none }
CONFIG
export EJABBERD_CONFIG_PATH="$folder/ejabberd.yml" EJABBERD_LOG_PATH="$folder/log/ejabberd.log" ERL_CRASH_DUMP="$folder/log/crash"
export ERL_LIBS="${libraries%/*}" ERL_MAX_PORTS=65536 HOME="$folder"
# Disables the spinning of its schedulers, so that only work uses processor time; the throughput is the same.
erl -noinput +sbwt none +sbwtdcpu none +sbwtdio none +K true +P 250000 -mnesia dir "\"$folder/spool\"" -s ejabberd </dev/null &
server=$!
. "${BASH_SOURCE[0]%/*}/keep.sh"
keep "$server" "$proxy" "$component"
