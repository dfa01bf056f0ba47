using System.Collections.Immutable;
using System.Globalization;
using ActorTransfer.Actors.Settings;
using Akka.Configuration;

namespace ActorTransfer;

/// <summary>
/// Limits of transfers and received files, for <see cref="ActorTransferOptions.WithLimits"/>. Null, the default of every member, leaves a setting as it is; its
/// default is in <c>hocon/reference.conf</c>, sections <c>transfers</c> and <c>files</c>, which also explain it. Sizes are bytes, rates bytes a second.
/// </summary>
public sealed record EngineLimits
{
    private static readonly ImmutableArray<(string Member, string Key, Func<EngineLimits, string?> Text)> Members =
    [
        (nameof(MaxActive), "transfers.max-active", limits => Count(limits.MaxActive)),
        (nameof(MaxPerPeer), "transfers.max-per-peer", limits => Count(limits.MaxPerPeer)),
        (nameof(MaxPerAccount), "transfers.max-per-account", limits => Count(limits.MaxPerAccount)),
        (nameof(MaxQueuedSends), "transfers.max-queued-sends", limits => Count(limits.MaxQueuedSends)),
        (nameof(SendQueueTimeout), "transfers.send-queue-timeout", limits => Time(limits.SendQueueTimeout)),
        (nameof(OfflineTimeout), "transfers.offline-timeout", limits => Time(limits.OfflineTimeout)),
        (nameof(MaxQueuedOffers), "transfers.max-queued-offers", limits => Count(limits.MaxQueuedOffers)),
        (nameof(OfferQueueTimeout), "transfers.offer-queue-timeout", limits => Time(limits.OfferQueueTimeout)),
        (nameof(MaxOffersPerPeer), "transfers.max-offers-per-peer", limits => Count(limits.MaxOffersPerPeer)),
        (nameof(MaxPendingOffers), "transfers.max-pending-offers", limits => Count(limits.MaxPendingOffers)),
        (nameof(RatePerTransfer), "transfers.rate-per-transfer", limits => Bytes(limits.RatePerTransfer)),
        (nameof(RatePerPeer), "transfers.rate-per-peer", limits => Bytes(limits.RatePerPeer)),
        (nameof(RateTotal), "transfers.rate-total", limits => Bytes(limits.RateTotal)),
        (nameof(MaxFileSize), "files.max-size", limits => Bytes(limits.MaxFileSize)),
        (nameof(QuotaPerPeer), "files.quota-per-peer", limits => Bytes(limits.QuotaPerPeer)),
        (nameof(QuotaTotal), "files.quota-total", limits => Bytes(limits.QuotaTotal)),
        (nameof(QuotaPeriod), "files.quota-period", limits => Time(limits.QuotaPeriod)),
        (nameof(DiskReserve), "files.disk-reserve", limits => Bytes(limits.DiskReserve)),
    ];

    /// <summary>Active transfers, sent and received together; at least 1. One above it waits or is refused (<c>transfers.max-active</c>).</summary>
    public int? MaxActive { get; init; }

    /// <summary>The same with one peer (bare JID); at least 1 (<c>transfers.max-per-peer</c>).</summary>
    public int? MaxPerPeer { get; init; }

    /// <summary>The same with one account; 0 = no limit besides <see cref="MaxActive"/> (<c>transfers.max-per-account</c>).</summary>
    public int? MaxPerAccount { get; init; }

    /// <summary>Outgoing transfers that wait because of a limit; 0 = none waits (<c>transfers.max-queued-sends</c>).</summary>
    public int? MaxQueuedSends { get; init; }

    /// <summary>How long they wait; then they end as overloaded. Longer than 0 (<c>transfers.send-queue-timeout</c>).</summary>
    public TimeSpan? SendQueueTimeout { get; init; }

    /// <summary>How long an outgoing transfer waits for its account's connection. Longer than 0 (<c>transfers.offline-timeout</c>).</summary>
    public TimeSpan? OfflineTimeout { get; init; }

    /// <summary>Incoming offers that wait because of a limit; 0 = none waits (<c>transfers.max-queued-offers</c>).</summary>
    public int? MaxQueuedOffers { get; init; }

    /// <summary>How long they wait; then they are refused. Longer than 0 (<c>transfers.offer-queue-timeout</c>).</summary>
    public TimeSpan? OfferQueueTimeout { get; init; }

    /// <summary>Queued and pending offers of one peer (bare JID); at least 1 (<c>transfers.max-offers-per-peer</c>).</summary>
    public int? MaxOffersPerPeer { get; init; }

    /// <summary>The same of all peers together; at least 1, and less than <see cref="MaxActive"/> is useful (<c>transfers.max-pending-offers</c>).</summary>
    public int? MaxPendingOffers { get; init; }

    /// <summary>Bytes a second of one transfer; 0 = no limit (<c>transfers.rate-per-transfer</c>).</summary>
    public long? RatePerTransfer { get; init; }

    /// <summary>Bytes a second of all transfers with one peer (bare JID); 0 = no limit (<c>transfers.rate-per-peer</c>).</summary>
    public long? RatePerPeer { get; init; }

    /// <summary>Bytes a second of all transfers, without those that a proxy relays; 0 = no limit (<c>transfers.rate-total</c>).</summary>
    public long? RateTotal { get; init; }

    /// <summary>Bytes of the largest file that peers may send; 0 = any size (<c>files.max-size</c>).</summary>
    public long? MaxFileSize { get; init; }

    /// <summary>Bytes that one peer (bare JID) may send within <see cref="QuotaPeriod"/>; 0 = no quota (<c>files.quota-per-peer</c>).</summary>
    public long? QuotaPerPeer { get; init; }

    /// <summary>Bytes that all peers together may send within <see cref="QuotaPeriod"/>; 0 = no quota (<c>files.quota-total</c>).</summary>
    public long? QuotaTotal { get; init; }

    /// <summary>Usage of the quotas returns to 0 after this time. Longer than 0 (<c>files.quota-period</c>).</summary>
    public TimeSpan? QuotaPeriod { get; init; }

    /// <summary>Bytes that received files leave free on the disk of their folder; 0 = none (<c>files.disk-reserve</c>).</summary>
    public long? DiskReserve { get; init; }

    /// <summary>The keys of <c>hocon/reference.conf</c> that have a member.</summary>
    internal static IEnumerable<string> Keys => Members.Select(member => member.Key);

    /// <summary>The members that are set, as settings.</summary>
    /// <exception cref="ArgumentException">Values are not valid; the message has the members.</exception>
    internal static Config ToHocon(EngineLimits limits)
    {
        var lines = Members.Select(member => (member.Key, Text: member.Text(limits))).Where(line => line.Text is not null)
            .Select(line => $"{EngineSettings.Root}.{line.Key} = {line.Text}");
        var hocon = HoconText.Parse(string.Join('\n', lines));
        var reader = new SettingsReader(hocon.WithFallback(EngineSettings.Reference), EngineSettings.Root, NameOf);
        _ = EngineSettings.Read(reader);
        return reader.Faults.Count == 0 ? hocon : throw new ArgumentException("Invalid limits: " + string.Join("; ", reader.Faults), nameof(limits));
    }

    private static string NameOf(string path) => Members.FirstOrDefault(member => $"{EngineSettings.Root}.{member.Key}" == path).Member ?? path;

    private static string? Count(int? count) => count?.ToString(CultureInfo.InvariantCulture);

    private static string? Bytes(long? bytes) => bytes is null ? null : string.Create(CultureInfo.InvariantCulture, $"{bytes}B");

    private static string? Time(TimeSpan? time) => time is null ? null : $"\"{time:c}\"";
}
