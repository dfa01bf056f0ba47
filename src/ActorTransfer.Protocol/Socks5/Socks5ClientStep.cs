namespace ActorTransfer.Protocol.Socks5;

/// <summary>The next step of an outgoing connection. Closed: there are no other cases than the five below.</summary>
internal abstract record Socks5ClientStep
{
    private Socks5ClientStep()
    {
    }

    /// <summary>Read more bytes and offer them.</summary>
    public sealed record NeedMore : Socks5ClientStep
    {
        internal static readonly NeedMore Instance = new();
    }

    /// <summary>
    /// Write these bytes in one write (some proxies misread a request in pieces), then offer again; an empty offer is enough.
    /// </summary>
    /// <param name="Bytes">The CONNECT request, 47 bytes.</param>
    public sealed record Write(ReadOnlyMemory<byte> Bytes) : Socks5ClientStep;

    /// <summary>The stream is open; its first bytes may be in <see cref="Socks5ClientHandshake.Early"/>. Accepts no more input.</summary>
    public sealed record Connected : Socks5ClientStep
    {
        internal static readonly Connected Instance = new();
    }

    /// <summary>The server refused the hash: close. Accepts no more input.</summary>
    /// <param name="Code">The REP byte, 1 to 255; the assigned ones are in <see cref="Socks5Reply"/>.</param>
    public sealed record Refused(byte Code) : Socks5ClientStep;

    /// <summary>The server does not support SOCKS5 without authentication: close. Accepts no more input.</summary>
    /// <param name="Reason">For display.</param>
    public sealed record Invalid(string Reason) : Socks5ClientStep;
}
