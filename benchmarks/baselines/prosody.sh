#!/usr/bin/env bash
# Runs Prosody with its proxy65 for the load runner: prosody.sh FOLDER COMPONENT_PORT PROXY_PORT [ADDRESS]; without an address on loopback.
# Prints "ready PROXY_PORT" when both ports accept connections, and ends the server when its own standard input ends.
set -euo pipefail
folder=$1 component=$2 proxy=$3 address=${4:-127.0.0.1}
# The ports of the proxy are read from the global section only.
. "${BASH_SOURCE[0]%/*}/prosody-config.sh" <<CONFIG
modules_enabled = { "disco" }
interfaces = { "127.0.0.1" }
c2s_ports = { }
component_interfaces = { "$address" }
component_ports = { $component }
proxy65_interfaces = { "$address" }
proxy65_ports = { $proxy }
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
