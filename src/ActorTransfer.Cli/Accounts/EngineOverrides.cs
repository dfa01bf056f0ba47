using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Translates options into the engine's settings, see <c>hocon/reference.conf</c>.</summary>
internal static class EngineOverrides
{
    public static string Of(AccountRequest request)
    {
        var hocon = new StringBuilder();
        Add("stream-host.enabled", request.Methods.HasFlag(StreamMethods.Direct) ? "on" : "off");
        Add("connection.name-servers", List(request.NameServers.Select(server => server.ToString())));
        Add("addresses.allow", List(request.Networks));
        Add("discovery.proxies", List(request.Proxies.Select(proxy => proxy.ToString())));
        Add("http.plain-http-on-loopback", request.Address.Tls == TlsMode.Off ? "on" : "off");
        if (request.Timeout is { } limit)
        {
            foreach (var key in (string[])["connection.open-timeout", "initiator.offer", "initiator.stalled", "target.stalled"])
            {
                Add(key, string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(limit.TotalMilliseconds):0}ms"));
            }
        }

        return hocon.ToString();

        void Add(string key, string value) => hocon.Append(CultureInfo.InvariantCulture, $"actor-transfer.{key} = {value}\n");
    }

    private static string List(IEnumerable<string> values) =>
        $"[{string.Join(", ", values.Select(value => $"\"{JsonEncodedText.Encode(value)}\""))}]";
}
