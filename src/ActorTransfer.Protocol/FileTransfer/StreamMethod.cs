namespace ActorTransfer;

/// <summary>How the bytes of a transfer are sent.</summary>
public enum StreamMethod
{
    /// <summary>SOCKS5 directly to the initiator (XEP-0065 §4).</summary>
    Direct,

    /// <summary>SOCKS5 through a proxy (XEP-0065 §6).</summary>
    Proxy,

    /// <summary>In-band, as stanzas (XEP-0047).</summary>
    InBand,

    /// <summary>HTTP upload to the own server, and a message with the URL (XEP-0363): the peer need not be online.</summary>
    Http,
}

/// <summary>The names of methods in options, events and metrics.</summary>
internal static class StreamMethodNames
{
    public static string Name(this StreamMethod method) => method switch
    {
        StreamMethod.Direct => "direct",
        StreamMethod.Proxy => "proxy",
        StreamMethod.InBand => "ibb",
        _ => "http",
    };
}

/// <summary>A set of <see cref="StreamMethod"/>s.</summary>
[Flags]
public enum StreamMethods
{
    /// <summary>No method.</summary>
    None = 0,

    /// <summary><see cref="StreamMethod.Direct"/>.</summary>
    Direct = 1,

    /// <summary><see cref="StreamMethod.Proxy"/>.</summary>
    Proxy = 2,

    /// <summary>Both kinds of SOCKS5 bytestreams.</summary>
    Socks5 = Direct | Proxy,

    /// <summary><see cref="StreamMethod.InBand"/>.</summary>
    InBand = 4,

    /// <summary>All methods that end at the peer, the fastest first.</summary>
    All = Socks5 | InBand,

    /// <summary>
    /// <see cref="StreamMethod.Http"/>. With other methods it is used only if the peer is offline or none of them works. Not among <see cref="All"/>, because
    /// the server stores the file, and this side does not learn whether the peer gets it.
    /// </summary>
    Http = 8,
}
