using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;

namespace ActorTransfer;

/// <summary>Section <c>proxy</c>.</summary>
/// <param name="PendingTimeout">From the first connection of a pair to its activation.</param>
/// <param name="ActivationHold">How long an activation waits for the second connection.</param>
/// <param name="MaxPairs">Pairs at a time.</param>
/// <param name="MaxPending">Of them, pairs that are not activated.</param>
/// <param name="Quotas">What one user, domain or address may take of them.</param>
/// <param name="HalfCloseLinger">One direction has ended, the other moves no byte.</param>
/// <param name="Drain">A direction broke.</param>
/// <param name="Idle">Neither direction moves a byte; zero = no limit.</param>
/// <param name="SocketBuffer">Bytes that the kernel may keep of a connection, either way; 0 = its own choice.</param>
/// <param name="Rates">How fast bytes may move.</param>
/// <param name="DiscardEarlyBytes">Whether bytes that came before the activation are dropped.</param>
/// <param name="Strict">Whether a wrong target is told from a wrong session.</param>
/// <param name="Audit">Whether each end of an activated pair is logged.</param>
/// <param name="Allow">Who may use the proxy; null = nobody is listed.</param>
public sealed record ProxySettings(
    TimeSpan PendingTimeout,
    TimeSpan ActivationHold,
    int MaxPairs,
    int MaxPending,
    ProxyQuotas Quotas,
    TimeSpan HalfCloseLinger,
    TimeSpan Drain,
    TimeSpan Idle,
    int SocketBuffer,
    ProxyRateSettings Rates,
    bool DiscardEarlyBytes,
    bool Strict,
    bool Audit,
    ProxyAccess? Allow)
{
    internal static ProxySettings Read(SettingsReader reader) => new(
        reader.Time("proxy.pending-timeout"),
        reader.Time("proxy.activation-hold"),
        reader.Count("proxy.max-pairs"),
        reader.Count("proxy.max-pending"),
        new ProxyQuotas(
            reader.CountOrOff("proxy.max-pairs-per-jid"),
            reader.CountOrOff("proxy.max-pairs-per-domain"),
            reader.CountOrOff("proxy.max-pairs-per-address"),
            reader.CountOrOff("proxy.max-pending-per-address")),
        reader.Time("proxy.half-close-linger"),
        reader.Time("proxy.drain"),
        reader.TimeOrOff("proxy.idle"),
        (int)Math.Min(reader.Size("proxy.socket-buffer"), int.MaxValue / 2),
        new ProxyRateSettings(reader.Size("proxy.rate-per-pair"), reader.Size("proxy.rate-per-jid"), reader.Size("proxy.rate-total")),
        reader.Switch("proxy.discard-early-bytes"),
        reader.Switch("proxy.strict"),
        reader.Switch("proxy.audit"),
        ReadAccess(reader.List("proxy.allow", entry => (Entry: entry, Access: ProxyAccess.Parse([entry])).Entry)));

    private static ProxyAccess? ReadAccess(ImmutableArray<string> entries) => entries.IsEmpty ? null : ProxyAccess.Parse(entries);
}

/// <summary>How fast a proxy lets bytes move, both directions together; 0 = as fast as they come.</summary>
/// <param name="PerPair">Bytes a second of one pair.</param>
/// <param name="PerJid">Bytes a second of all pairs that one bare JID activated.</param>
/// <param name="Total">Bytes a second of all pairs.</param>
public sealed record ProxyRateSettings(long PerPair, long PerJid, long Total)
{
    /// <summary>Whether there is any limit.</summary>
    public bool AnyRate => (PerPair | PerJid | Total) != 0;
}
