using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>What a peer advertises (XEP-0030) of what a transfer to it needs to know.</summary>
internal sealed record PeerFeatures
{
    /// <summary>The peer did not say, or not without an error.</summary>
    public static PeerFeatures Unknown { get; } = new();

    /// <summary>The peer has said what it supports.</summary>
    public bool IsKnown { get; private init; }

    /// <summary>Stream initiation. Some clients advertise only one of its two namespaces.</summary>
    public bool HasStreamInitiation { get; private init; }

    /// <summary>The stream methods that it takes files by in Jingle sessions; none: it does not take any.</summary>
    public StreamMethods JingleMethods { get; private init; }

    /// <summary>How it handles in-band blocks.</summary>
    public BlockOrder Order { get; init; }

    /// <summary>It takes files by this signalling.</summary>
    public bool Takes(Signalling signalling) => signalling switch
    {
        Signalling.StreamInitiation => HasStreamInitiation,
        Signalling.Jingle => JingleMethods != StreamMethods.None,
        _ => HasStreamInitiation || JingleMethods != StreamMethods.None,
    };

    /// <summary>For display, for example <c>stream initiation, Jingle (SOCKS5, in-band)</c>.</summary>
    public string Describe()
    {
        string?[] transports = [JingleMethods.HasFlag(StreamMethods.Socks5) ? "SOCKS5" : null, JingleMethods.HasFlag(StreamMethods.InBand) ? "in-band" : null];
        string?[] signallings =
        [
            HasStreamInitiation ? "stream initiation" : null,
            JingleMethods == StreamMethods.None ? null : $"Jingle ({string.Join(", ", transports.OfType<string>())})",
        ];
        return !IsKnown ? "unknown" : Takes(Signalling.Auto) ? string.Join(", ", signallings.OfType<string>()) : "no file transfer";
    }

    /// <summary>Reads a response to disco#info.</summary>
    /// <param name="info">The response.</param>
    /// <param name="inOrder">See <see cref="BlockOrders.Of"/>.</param>
    public static PeerFeatures Of(DiscoInfo info, IReadOnlyCollection<string> inOrder) => new()
    {
        IsKnown = true,
        HasStreamInitiation = info.Supports(Namespaces.FileTransferProfile) || info.Supports(Namespaces.StreamInitiation),
        JingleMethods = info.Supports(Namespaces.Jingle) && info.Supports(Namespaces.JingleFileTransfer)
            ? (info.Supports(Namespaces.JingleBytestreams) ? StreamMethods.Socks5 : StreamMethods.None)
                | (info.Supports(Namespaces.JingleIbb) ? StreamMethods.InBand : StreamMethods.None)
            : StreamMethods.None,
        Order = BlockOrders.Of(info, inOrder),
    };
}
