using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.Socks5;

/// <summary>The next step of an accepted connection. Closed: there are no other cases than the four below.</summary>
internal abstract record Socks5ServerStep
{
    private Socks5ServerStep()
    {
    }

    /// <summary>Read more bytes and offer them.</summary>
    public sealed record NeedMore : Socks5ServerStep
    {
        internal static readonly NeedMore Instance = new();
    }

    /// <summary>
    /// Write these bytes in one write, then offer again; an empty offer is enough, as the client may have sent its request already.
    /// </summary>
    /// <param name="Bytes">The choice of the authentication method.</param>
    public sealed record Write(ReadOnlyMemory<byte> Bytes) : Socks5ServerStep;

    /// <summary>
    /// A well-formed CONNECT. Decide, then write what <see cref="Socks5ServerHandshake.Reply"/> returns. The handshake accepts no more
    /// input; bytes after the request are in <see cref="Socks5ServerHandshake.Early"/>.
    /// </summary>
    /// <param name="Address">The requested hash.</param>
    public sealed record Request(DestinationAddress Address) : Socks5ServerStep;

    /// <summary>Write the farewell in one write if it is not empty, then close the connection. The handshake accepts no more input.</summary>
    /// <param name="Farewell">The last bytes; empty if the client does not use SOCKS5.</param>
    /// <param name="Reason">The reason, for counters and logs.</param>
    public sealed record Close(ReadOnlyMemory<byte> Farewell, Socks5Fault Reason) : Socks5ServerStep;
}

/// <summary>Why a handshake at a server ended without a valid request.</summary>
internal enum Socks5Fault
{
    /// <summary>The first byte of the greeting or of the request is not 5: SOCKS4, HTTP or other data.</summary>
    NotSocks5,

    /// <summary>The client offers no method, or not "no authentication".</summary>
    NoAcceptableMethod,

    /// <summary>BIND, UDP ASSOCIATE or an unknown command.</summary>
    CommandNotSupported,

    /// <summary>The address is not a domain name.</summary>
    AddressTypeNotSupported,

    /// <summary>The domain name is not 40 hexadecimal characters.</summary>
    NotAHash,

    /// <summary>The address is the namespace of bytestreams: an old client probes the server. The reply is success.</summary>
    ReachabilityProbe,
}
