using System.Collections.Immutable;
using System.Globalization;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.JingleTransports;

/// <summary>The transport of a content.</summary>
/// <param name="SessionId">The sid of the bytestream, which is not that of the Jingle session.</param>
internal abstract record JingleTransport(string SessionId)
{
    private const string Element = "transport";
    private const string Tcp = "tcp";

    /// <summary>In characters; an address has 40.</summary>
    private const int MaxAddressLength = 128;

    /// <summary>SOCKS5 bytestreams with candidates of both sides. Source: XEP-0260.</summary>
    /// <param name="SessionId">The sid.</param>
    /// <param name="Candidates">The candidates of its sender.</param>
    /// <param name="DstAddr">The SOCKS5 address of the proxies among them; from a peer any short text or null.</param>
    public sealed record Socks5(string SessionId, ImmutableArray<TransportCandidate> Candidates, string? DstAddr = null) : JingleTransport(SessionId)
    {
        /// <summary>What is reported about candidates.</summary>
        public TransportNotice? Notice { get; init; }

        /// <summary>The mode is written by the initiator of the session only.</summary>
        public bool NamesMode { get; init; }
    }

    /// <summary>In-band bytestreams. Source: XEP-0261.</summary>
    /// <param name="SessionId">The sid.</param>
    /// <param name="BlockSize">Maximum bytes of a block before base64; from a peer null if it is missing or invalid.</param>
    public sealed record InBand(string SessionId, int? BlockSize) : JingleTransport(SessionId);

    /// <summary>A transport that is not supported here, or SOCKS5 bytestreams over UDP.</summary>
    public sealed record Unknown(string SessionId) : JingleTransport(SessionId);

    /// <summary>Parses a transport. The sid is empty if it is missing or too long.</summary>
    /// <param name="transport">The element.</param>
    /// <param name="peer">Its sender.</param>
    public static JingleTransport Read(XmlElement transport, Jid peer)
    {
        var sid = SessionIds.IsAcceptable(transport["sid"]) ? transport["sid"]! : "";
        return transport switch
        {
            { Namespace: Namespaces.JingleBytestreams } when !IsTcp(transport["mode"]) => new Unknown(sid),
            { Namespace: Namespaces.JingleBytestreams } =>
                new Socks5(sid, TransportCandidate.ReadAll(transport, peer), ReadAddress(transport["dstaddr"])) { Notice = TransportNotice.Read(transport) },
            { Namespace: Namespaces.JingleIbb } => new InBand(sid, ReadBlockSize(transport["block-size"])),
            _ => new Unknown(sid),
        };
    }

    public XmlElement ToXml() => this switch
    {
        Socks5 socks5 => new XmlElement(Namespaces.JingleBytestreams, Element)
            .With(("sid", SessionId), ("mode", socks5.NamesMode ? Tcp : null), ("dstaddr", socks5.DstAddr))
            .Add(socks5.Candidates.Select(candidate => candidate.ToXml()))
            .Add(socks5.Notice?.ToXml()),
        InBand inBand => new XmlElement(Namespaces.JingleIbb, Element)
            .With("sid", SessionId)
            .With("block-size", inBand.BlockSize?.ToString(CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException("A transport that is not supported is not written."),
    };

    private static bool IsTcp(string? mode) => string.IsNullOrEmpty(mode) || mode.Equals(Tcp, StringComparison.OrdinalIgnoreCase);

    private static string? ReadAddress(string? text) => text is { Length: <= MaxAddressLength } ? text : null;

    private static int? ReadBlockSize(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= IbbOpen.MaxBlockSize ? size : null;
}
