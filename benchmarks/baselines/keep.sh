# Sourced by the scripts that run a program for the load runner.

# keep PID [PROXY_PORT PORT]: prints "ready PROXY_PORT" once both ports accept connections; ends the program when standard input ends, and ends when the program
# does. Then it removes $folder, if there is one.
keep() {
  child=$1
  # If both standard input ends and a signal arrives, it must not exit before the program has ended.
  trap 'trap "" TERM INT; kill "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; [ -z "${folder:-}" ] || rm -rf "$folder"' EXIT
  trap 'exit 0' TERM INT
  local port
  for port in "${@:2}"; do
    until (exec 3<>"/dev/tcp/${address:-127.0.0.1}/$port") 2>/dev/null; do
      is_alive
      sleep 0.1
    done
  done
  [ $# -lt 2 ] || echo "ready $2"
  while read -r -t 1 _ || [ $? -gt 128 ]; do is_alive; done
}

is_alive() {
  kill -0 "$child" 2>/dev/null || { echo "the program ended" >&2; exit 70; }
}
