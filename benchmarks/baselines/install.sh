#!/usr/bin/env bash
# Installs the programs that load compares with, on Debian and its relatives, as root: gcc, Prosody, ejabberd, gloox, QXmpp, slixmpp. Their services are not
# started: the load runner starts its own servers on loopback. The scenario start needs clang, zlib and GNU time.
set -euo pipefail
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-upgrade --no-install-recommends \
  gcc g++ libc6-dev clang zlib1g-dev time prosody ejabberd libgloox-dev libssl-dev libqxmpp-dev qtbase5-dev pkg-config python3-slixmpp
