# Sourced by the scripts that run a server. keep PID PROXY_PORT PORT: waits for both ports, says so, and ends the server with standard input.
keep() {
  local server=$1 port
  trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null' EXIT
  trap 'exit 0' TERM INT
  for port in "$2" "$3"; do
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
      kill -0 "$server" 2>/dev/null || { echo "the server ended" >&2; exit 70; }
      sleep 0.1
    done
  done
  echo "ready $2"
  while read -r _; do :; done
}
