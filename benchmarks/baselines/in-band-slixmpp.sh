#!/usr/bin/env bash
# The slixmpp peer of the tests, with the arguments and the output of in-band-gloox.cpp:
#   in-band-slixmpp.sh send JID PASSWORD HOST PORT FILE RECEIVER | receive JID PASSWORD HOST PORT
set -euo pipefail
python=/usr/bin/python3
"$python" -c 'import slixmpp' 2>/dev/null || { echo "slixmpp is not installed (benchmarks/baselines/install.sh)" >&2; exit 69; }
peer="${BASH_SOURCE[0]%/*}/../../tests/ActorTransfer.Scenarios/Slixmpp/peer.py"
if [ "$1" = send ]; then
  ready='ready\nbegun' arguments=(send "$6" --to "$7" --methods ibb)
else
  ready=ready arguments=(receive /dev/shm)
fi
PEER_PASSWORD=$3 exec "$python" "$peer" --jid "$2" --host "$4" --port "$5" --timeout 300 "${arguments[@]}" > >(sed -uE \
  's/.*"event": "ready".*/'"$ready"'/; s/.*"event": "completed".*"size": ([0-9]+), "sha256": "([0-9a-f]+)".*/received \1 \2/')
