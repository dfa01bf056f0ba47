using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.Socks5;

/// <summary>Bytes and lengths of the RFC 1928 subset that SOCKS5 bytestreams use (XEP-0065 §5.3.2).</summary>
internal static class Socks5Wire
{
    public const byte Version = 5;

    /// <summary>The method "no authentication required".</summary>
    public const byte NoAuthentication = 0x00;

    /// <summary>The response "no acceptable methods"; the connection is closed after it.</summary>
    public const byte NoAcceptableMethod = 0xFF;

    public const byte Connect = 1;

    public const byte IPv4 = 1;
    public const byte DomainName = 3;
    public const byte IPv6 = 4;

    /// <summary>VER and NMETHODS, before the list of methods.</summary>
    public const int GreetingHeaderLength = 2;

    /// <summary>VER, CMD or REP, RSV, ATYP: the fixed head of a request and of a reply.</summary>
    public const int HeaderLength = 4;

    public const int PortLength = 2;

    /// <summary>A request or reply that carries a hash: 4 + 1 + 40 + 2 bytes.</summary>
    public const int HashMessageLength = HeaderLength + 1 + DestinationAddress.HexLength + PortLength;

    /// <summary>The result of <see cref="MessageLength"/> for an undefined address type.</summary>
    public const int UnknownLength = -1;

    /// <summary>
    /// Length in bytes of a whole request or reply, computed from its beginning: 0 while too few bytes are available, <see
    /// cref="UnknownLength"/> when the address type is unknown. At most 262.
    /// </summary>
    public static int MessageLength(ReadOnlySpan<byte> start)
    {
        if (start.Length < HeaderLength)
            return 0;

        return start[HeaderLength - 1] switch
        {
            IPv4 => HeaderLength + 4 + PortLength,
            IPv6 => HeaderLength + 16 + PortLength,
            DomainName when start.Length == HeaderLength => 0,
            DomainName => HeaderLength + 1 + start[HeaderLength] + PortLength,
            _ => UnknownLength,
        };
    }
}
