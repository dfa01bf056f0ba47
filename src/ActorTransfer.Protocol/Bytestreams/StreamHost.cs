using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Extensibility;

/// <summary>A network address of a streamhost. One JID may have several addresses. Source: XEP-0065 §4.1.</summary>
/// <param name="Jid">The owner of the address: the requester or a proxy.</param>
/// <param name="Host">An IPv4 or IPv6 address without brackets, or a DNS name.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record StreamHost(Jid Jid, string Host, int Port)
{
    /// <summary>The default port of a streamhost.</summary>
    public const int DefaultPort = 1080;

    private const string Element = "streamhost";

    /// <summary>Maximum length of a DNS name; no address is longer.</summary>
    private const int MaxHostLength = 255;

    /// <summary>Parses all streamhosts of a query in order; malformed ones are skipped.</summary>
    internal static IReadOnlyList<StreamHost> ReadAll(XmlElement query)
    {
        var hosts = new List<StreamHost>();
        foreach (var element in query.ChildrenNamed(Namespaces.Bytestreams, Element))
        {
            if (TryRead(element, out var host))
                hosts.Add(host);
        }

        return hosts;
    }

    internal XmlElement ToXml() => new XmlElement(Namespaces.Bytestreams, Element)
        .With(("jid", Jid.ToString()), ("host", Host), ("port", Port.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Parses the attributes jid, host and port.</summary>
    /// <param name="element">The element that has them.</param>
    /// <param name="host">The address when the result is true.</param>
    /// <param name="owner">The owner if the element names none.</param>
    internal static bool TryRead(XmlElement element, [NotNullWhen(true)] out StreamHost? host, Jid? owner = null)
    {
        host = Jid.TryParse(element["jid"] ?? owner?.ToString(), out var jid) && ReadHost(element["host"]) is { } name && ReadPort(element["port"]) is { } port
            ? new StreamHost(jid, name, port)
            : null;
        return host is not null;
    }

    private static string? ReadHost(string? text)
    {
        var host = text?.Trim();
        if (host is ['[', .. var address, ']'])
            host = address;

        return host is { Length: > 0 and <= MaxHostLength } && !host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? host : null;
    }

    private static int? ReadPort(string? text)
    {
        if (text is null)
            return DefaultPort;

        const NumberStyles digits = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return ushort.TryParse(text, digits, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
    }
}
