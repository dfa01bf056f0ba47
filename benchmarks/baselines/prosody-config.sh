# Sourced by the scripts that run Prosody for the load runner: writes $folder/prosody.cfg.lua, common settings and those of standard input.
command -v prosody >/dev/null || { echo "prosody is not installed (benchmarks/baselines/install.sh)" >&2; exit 69; }
mkdir -p "$folder"
cat >"$folder/prosody.cfg.lua" <<COMMON
run_as_root = true
pidfile = "$folder/prosody.pid"
data_path = "$folder"
certificates = "$folder"
default_storage = "memory"
modules_disabled = { "s2s", "posix" }
c2s_direct_tls_ports = { }
http_ports = { }
https_ports = { }
log = { { levels = { min = "warn" }, to = "console" } }
COMMON
cat >>"$folder/prosody.cfg.lua"
