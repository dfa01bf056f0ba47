using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.JingleTransports;

/// <summary>A candidate of one side: an address that the other side may connect to. Source: XEP-0260 §2.2.</summary>
/// <param name="Id">Identifies it among the candidates of its side.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Host">Its owner and address.</param>
/// <param name="Priority">The higher, the better. The number counts, not the type.</param>
internal sealed record TransportCandidate(string Id, CandidateType Type, StreamHost Host, long Priority)
{
    /// <summary>How many candidates of a peer are considered.</summary>
    public const int Max = 16;

    private const string Element = "candidate";

    /// <summary>Of the id of a candidate, in characters.</summary>
    internal const int MaxIdLength = 128;

    /// <summary>A SOCKS5 bytestreams proxy has to be activated before bytes move.</summary>
    public bool IsProxy => Type == CandidateType.Proxy;

    /// <summary>Parses the first candidates of a transport; malformed ones and repeated ids are skipped.</summary>
    /// <param name="transport">The element that contains them.</param>
    /// <param name="peer">Who offers them.</param>
    public static ImmutableArray<TransportCandidate> ReadAll(XmlElement transport, Jid peer)
    {
        var candidates = new List<TransportCandidate>();
        foreach (var element in transport.ChildrenNamed(Namespaces.JingleBytestreams, Element))
        {
            if (candidates.Count < Max && TryRead(element, peer, out var candidate) && !candidates.Exists(other => other.Id == candidate.Id))
            {
                candidates.Add(candidate);
            }
        }

        return [.. candidates];
    }

    /// <summary>Dino refuses a session if one attribute is missing.</summary>
    public XmlElement ToXml() => new XmlElement(Namespaces.JingleBytestreams, Element)
        .With(
            ("cid", Id),
            ("type", HyphenatedName.Of(Type)),
            ("jid", Host.Jid.ToString()),
            ("host", Host.Host),
            ("port", Host.Port.ToString(CultureInfo.InvariantCulture)),
            ("priority", Priority.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Psi omits the owner and the type of its direct candidates.</summary>
    private static bool TryRead(XmlElement element, Jid peer, [NotNullWhen(true)] out TransportCandidate? candidate)
    {
        candidate = element["cid"] is { Length: > 0 and <= MaxIdLength } id
            && StreamHost.TryRead(element, out var host, peer)
            && uint.TryParse(
                element["priority"], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var priority)
            ? new TransportCandidate(id, ReadType(element["type"], host.Jid, peer), host, priority)
            : null;
        return candidate is not null;
    }

    private static CandidateType ReadType(string? name, Jid owner, Jid peer) => name switch
    {
        "direct" => CandidateType.Direct,
        "assisted" => CandidateType.Assisted,
        "tunnel" => CandidateType.Tunnel,
        "proxy" => CandidateType.Proxy,
        _ => JidEquivalence.Comparer.Equals(owner, peer) ? CandidateType.Direct : CandidateType.Proxy,
    };
}
