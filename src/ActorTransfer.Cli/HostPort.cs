using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace ActorTransfer.Cli;

/// <summary>Human-readable addresses: <c>192.0.2.1:7777</c>, <c>[2001:db8::1]:7777</c>, <c>name:7777</c>.</summary>
internal static class HostPort
{
    /// <summary>Reads one. Without a port it is <paramref name="defaultPort"/>; null = a port is required.</summary>
    public static bool TryParse(string text, int? defaultPort, [NotNullWhen(true)] out DnsEndPoint? endPoint)
    {
        endPoint = null;
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        var colon = text.IndexOf(':', Math.Max(bracket, 0));
        var (host, rest) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        var port = defaultPort ?? -1;
        if (colon >= 0 && !int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 0 or > ushort.MaxValue)
        {
            return false;
        }

        if (text.StartsWith('['))
        {
            if (bracket < 0 || host.Length != bracket + 1 || !IPAddress.TryParse(host[1..bracket], out var address))
            {
                return false;
            }

            host = address.ToString();
        }

        if (host.Length == 0 || host.Any(char.IsWhiteSpace))
        {
            return false;
        }

        endPoint = new DnsEndPoint(host, port);
        return true;
    }

    /// <summary>Reads an address to serve at; a port alone is one of 127.0.0.1.</summary>
    public static bool TryParseServed(string text, [NotNullWhen(true)] out DnsEndPoint? endPoint)
    {
        var isPort = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return TryParse(isPort ? $"{IPAddress.Loopback}:{text}" : text, defaultPort: null, out endPoint);
    }

    /// <summary>Writes the same form.</summary>
    public static string Format(DnsEndPoint at)
    {
        var host = at.Host.Contains(':', StringComparison.Ordinal) ? $"[{at.Host}]" : at.Host;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{at.Port}");
    }
}
