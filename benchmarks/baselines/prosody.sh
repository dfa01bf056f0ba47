#!/usr/bin/env bash
# Runs Prosody with its proxy65 for the load runner: prosody.sh FOLDER COMPONENT_PORT PROXY_PORT [ADDRESS]; without an address on loopback.
# Prints "ready PROXY_PORT" when both ports accept connections, and ends the server when its own standard input ends.
set -euo pipefail
folder=$1 component=$2 proxy=$3 address=${4:-127.0.0.1}
command -v prosody >/dev/null || { echo "prosody is not installed (benchmarks/baselines/install.sh)" >&2; exit 69; }
mkdir -p "$folder"
# The ports of the proxy are read from the global section only.
cat >"$folder/prosody.cfg.lua" <<CONFIG
run_as_root = true
pidfile = "$folder/prosody.pid"
data_path = "$folder"
certificates = "$folder"
default_storage = "memory"
modules_enabled = { "disco" }
modules_disabled = { "s2s", "posix" }
interfaces = { "127.0.0.1" }
c2s_ports = { }
c2s_direct_tls_ports = { }
http_ports = { }
https_ports = { }
component_interfaces = { "$address" }
component_ports = { $component }
proxy65_interfaces = { "$address" }
proxy65_ports = { $proxy }
log = { { levels = { min = "warn" }, to = "console" } }
VirtualHost "localhost"
Component "load.localhost"
  component_secret = "sesame"
Component "proxy.localhost" "proxy65"
  proxy65_address = "$address"
  proxy65_acl = { "localhost", "load.localhost" }
CONFIG
prosody -F --config "$folder/prosody.cfg.lua" </dev/null &
server=$!
. "${BASH_SOURCE[0]%/*}/keep.sh"
keep "$server" "$proxy" "$component"
