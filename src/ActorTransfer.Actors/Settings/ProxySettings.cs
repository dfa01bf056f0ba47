using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer;

/// <summary>Section <c>proxy</c>.</summary>
/// <param name="PendingTimeout">Timeout from the first connection of a pair to its activation.</param>
/// <param name="ActivationHold">How long an activation waits for the second connection.</param>
/// <param name="MaxPairs">Concurrent pairs.</param>
/// <param name="MaxPending">Concurrent pairs before activation.</param>
/// <param name="Quotas">Limits per user, domain and address.</param>
/// <param name="HalfCloseLinger">Timeout after one direction has ended, without bytes in the other.</param>
/// <param name="Drain">Timeout after a direction failed.</param>
/// <param name="Idle">Timeout without bytes in either direction; zero = no limit.</param>
/// <param name="SocketBuffer">Socket buffer of a connection, each direction; 0 = the kernel's default.</param>
/// <param name="MaxUnsent">Bytes that the kernel takes before it can send them; 0 = as many as its buffer holds.</param>
/// <param name="Rates">Rate limits.</param>
/// <param name="DiscardEarlyBytes">Whether bytes that came before the activation are dropped.</param>
/// <param name="Strict">Whether a wrong target gets another error than a wrong session.</param>
/// <param name="Audit">Whether each end of an activated pair is logged.</param>
/// <param name="Allow">Who may use the proxy; null = not set.</param>
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
    int MaxUnsent,
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
        (int)Math.Min(reader.Size("proxy.max-unsent"), int.MaxValue / 2),
        new ProxyRateSettings(reader.Size("proxy.rate-per-pair"), reader.Size("proxy.rate-per-jid"), reader.Size("proxy.rate-total")),
        reader.Switch("proxy.discard-early-bytes"),
        reader.Switch("proxy.strict"),
        reader.Switch("proxy.audit"),
        ReadAccess(reader.List("proxy.allow", entry => (Entry: entry, Access: ProxyAccess.Parse([entry])).Entry)));

    private static ProxyAccess? ReadAccess(ImmutableArray<string> entries) => entries.IsEmpty ? null : ProxyAccess.Parse(entries);
}

/// <summary>Rate limits of a proxy, both directions together; 0 = no limit.</summary>
/// <param name="PerPair">Bytes per second of one pair.</param>
/// <param name="PerJid">Bytes per second of all pairs that one bare JID activated.</param>
/// <param name="Total">Bytes per second of all pairs.</param>
public sealed record ProxyRateSettings(long PerPair, long PerJid, long Total)
{
    /// <summary>As the relays use them; the user of a pair is the one that activated it.</summary>
    internal Rates ToRates() => new(PerPair, PerJid, Total);

    /// <summary>Whether there is any limit.</summary>
    public bool AnyRate => (PerPair | PerJid | Total) != 0;
}
