#!/usr/bin/env bash
# Compiles the programs written in C to artifacts/baselines; does nothing when they are newer than their sources.
set -euo pipefail
cd "$(dirname "$0")"
out=../../artifacts/baselines
command -v gcc >/dev/null || { echo "gcc is not installed" >&2; exit 69; }
mkdir -p "$out"
for relay in splice readwrite; do
  [ "$out/$relay" -nt relay.c ] && [ "$out/$relay" -nt relay.h ] && [ "$out/$relay" -nt "$relay.c" ] && continue
  gcc -std=gnu17 -O2 -Wall -Wextra -Werror -pthread -o "$out/$relay" relay.c "$relay.c"
done
[ "$out/wan" -nt wan.c ] || gcc -std=gnu17 -O2 -Wall -Wextra -Werror -pthread -o "$out/wan" wan.c

# The peers of in-band need libraries that may be missing: then only they are left out.
peer() {
  [ "$out/$1" -nt "$1.cpp" ] || g++ -std=c++17 -O2 -Wall -Wextra -Werror -fPIC -o "$out/$1" "$1.cpp" "${@:2}" 2>"$out/$1.log" || rm -f "$out/$1"
}
peer in-band-gloox -lgloox -lcrypto
peer in-band-qxmpp $(pkg-config --cflags --libs qxmpp Qt5Core Qt5Network Qt5Xml 2>/dev/null)
