using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace ActorTransfer.Cli;

/// <summary>Human-readable addresses: <c>192.0.2.1:7777</c>, <c>[2001:db8::1]:7777</c>, <c>name:7777</c>.</summary>
internal static class HostPort
{
    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DnsEndPoint? endPoint)
    {
        endPoint = null;
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        var colon = text.IndexOf(':', Math.Max(bracket, 0));
        if (colon < 0 || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var host = text[..colon];
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
        return TryParse(isPort ? $"{IPAddress.Loopback}:{text}" : text, out endPoint);
    }

    /// <summary>Writes the same form.</summary>
    public static string Format(DnsEndPoint at)
    {
        var host = at.Host.Contains(':', StringComparison.Ordinal) ? $"[{at.Host}]" : at.Host;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{at.Port}");
    }
}
