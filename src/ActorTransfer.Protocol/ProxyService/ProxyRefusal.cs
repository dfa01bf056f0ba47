using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.ProxyService;

/// <summary>Why a proxy refused a connection or request.</summary>
internal enum ProxyRefusal
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>A connection that ended before its request: not SOCKS5, or closed by the client.</summary>
    Handshake,

    /// <summary>A connection that timed out before its request.</summary>
    HandshakeTimeout,

    /// <summary>A third connection to a pair.</summary>
    ThirdConnection,

    /// <summary>A connection or request while the table of pairs was full.</summary>
    Overload,

    /// <summary>A connection or request while the proxy shuts down.</summary>
    Draining,

    /// <summary>An address request to a proxy without a reachable address.</summary>
    NotListening,

    /// <summary>A JID that is not allowed.</summary>
    Acl,

    /// <summary>An activation without session id or target.</summary>
    BadRequest,

    /// <summary>An activation whose target is not a JID.</summary>
    JidMalformed,

    /// <summary>An activation of a pair that does not exist, or not by its requester.</summary>
    ItemNotFound,

    /// <summary>The same, by a user who waits with the same session id for another pair.</summary>
    NotAuthorized,

    /// <summary>An activation of a pair whose second client did not connect.</summary>
    NotAllowed,

    /// <summary>An activation of a pair that is active already.</summary>
    Conflict,

    /// <summary>See <see cref="ProxyQuotas.PairsPerJid"/>.</summary>
    QuotaJid,

    /// <summary>See <see cref="ProxyQuotas.PairsPerDomain"/>.</summary>
    QuotaDomain,

    /// <summary>See <see cref="ProxyQuotas.PairsPerAddress"/> and <see cref="ProxyQuotas.PendingPerAddress"/>.</summary>
    QuotaAddress,

    /// <summary>A pair whose activation timed out.</summary>
    PendingTimeout,

    /// <summary>An active pair that was idle for too long.</summary>
    Idle,

    /// <summary>An internal fault of the proxy.</summary>
    InternalError,
}

/// <summary>The names of refusals in logs and metrics.</summary>
internal static class ProxyRefusals
{
    private static readonly ImmutableArray<string> s_names = [.. Enum.GetValues<ProxyRefusal>().Select(refusal => HyphenatedName.Of(refusal))];

    /// <summary>All values, in the order of their numbers.</summary>
    public static int Count => s_names.Length;

    /// <summary>The name in lower case with hyphens, such as <c>third-connection</c>.</summary>
    public static string Name(this ProxyRefusal refusal) => s_names[(int)refusal];

    /// <summary>The refusal of an activation that cannot be read.</summary>
    public static ProxyRefusal OfUnreadable(StanzaError error) =>
        error.Condition == ErrorConditions.JidMalformed ? ProxyRefusal.JidMalformed : ProxyRefusal.BadRequest;
}
