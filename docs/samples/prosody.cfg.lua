-- Prosody 0.11 and later: the proxy as an external component of example.org.

-- In the global section. The default is to listen on loopback only. The connection is not encrypted, so keep it there or in a tunnel.
component_ports = { 5347 }
component_interfaces = { "127.0.0.1" }

-- A name below the virtual host's domain makes it an item of that host, so clients find it.
Component "proxy.example.org"
    component_secret = "the text of --secret-file"

-- Prosody's own proxy: remove its lines, such as
--   Component "proxy.example.org" "proxy65"
-- and "proxy65" from modules_enabled of virtual hosts. A proxy under another domain must be listed for clients:
--   VirtualHost "example.org"
--       disco_items = { { "proxy.example.net", "File transfer proxy" } }
