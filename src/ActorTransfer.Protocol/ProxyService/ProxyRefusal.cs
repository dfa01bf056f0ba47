using System.Collections.Immutable;

namespace ActorTransfer.Protocol.ProxyService;

/// <summary>Why a proxy did not do what somebody wanted of it.</summary>
internal enum ProxyRefusal
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>A connection that did not get to its request: no SOCKS5, or closed by the peer.</summary>
    Handshake,

    /// <summary>A connection that took too long to get to its request.</summary>
    HandshakeTimeout,

    /// <summary>A connection to a pair that is complete.</summary>
    ThirdConnection,

    /// <summary>A connection or request while the table of pairs was full.</summary>
    Overload,

    /// <summary>A connection or request after the proxy began to shut down.</summary>
    Draining,

    /// <summary>A request for the address of a proxy that can be reached nowhere.</summary>
    NotListening,

    /// <summary>A JID that is not let in.</summary>
    Acl,

    /// <summary>An activation without session id or target.</summary>
    BadRequest,

    /// <summary>An activation whose target is no JID.</summary>
    JidMalformed,

    /// <summary>An activation of a pair that is not there, or not by its requester.</summary>
    ItemNotFound,

    /// <summary>The same, by somebody who waits with the same session id for another pair.</summary>
    NotAuthorized,

    /// <summary>An activation of a pair whose second party did not come.</summary>
    NotAllowed,

    /// <summary>An activation of a pair that is active already.</summary>
    Conflict,

    /// <summary>See <see cref="ProxyQuotas.PairsPerJid"/>.</summary>
    QuotaJid,

    /// <summary>See <see cref="ProxyQuotas.PairsPerDomain"/>.</summary>
    QuotaDomain,

    /// <summary>See <see cref="ProxyQuotas.PairsPerAddress"/> and <see cref="ProxyQuotas.PendingPerAddress"/>.</summary>
    QuotaAddress,

    /// <summary>A pair that nobody activated in time.</summary>
    PendingTimeout,

    /// <summary>An active pair that moved no byte for too long.</summary>
    Idle,

    /// <summary>A fault of the proxy.</summary>
    InternalError,
}

/// <summary>How refusals are called towards people and machines.</summary>
internal static class ProxyRefusals
{
    private static readonly ImmutableArray<string> s_names =
        [.. Enum.GetNames<ProxyRefusal>().Select(name => string.Concat(name.Select((c, at) => char.IsUpper(c) && at > 0 ? "-" + c : c.ToString())).ToLowerInvariant())];

    /// <summary>All of them, in the order of their numbers.</summary>
    public static int Count => s_names.Length;

    /// <summary>The name in lower case with hyphens, such as <c>third-connection</c>.</summary>
    public static string Name(this ProxyRefusal refusal) => s_names[(int)refusal];
}
