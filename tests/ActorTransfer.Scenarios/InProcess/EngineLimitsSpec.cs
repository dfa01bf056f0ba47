using System.Reflection;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Hosting.Configuration;
using ActorTransfer.Transports.Sockets;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Limits as typed options: <see cref="ActorTransferOptions.WithLimits"/>.</summary>
public sealed class EngineLimitsSpec
{
    /// <summary>Keys of the same sections that are no limits, or have a property of their own.</summary>
    private static readonly string[] LeftOut =
    [
        "transfers.drain-timeout", // ActorTransferOptions.DrainTimeout
        "files.digest", "files.offer-md5-up-to", "files.keep-partials", "files.partial-ttl", "files.checkpoint", "files.durability",
    ];

    /// <summary>Each member is set to a value of its own, so one that arrives as another fails here.</summary>
    [Fact]
    public void Every_member_must_arrive_in_the_settings()
    {
        var settings = Read(options => options.WithLimits(new EngineLimits
        {
            MaxActive = 101,
            MaxPerPeer = 102,
            MaxPerAccount = 103,
            MaxQueuedSends = 104,
            SendQueueTimeout = TimeSpan.FromMilliseconds(105.5),
            OfflineTimeout = TimeSpan.FromDays(106),
            MaxQueuedOffers = 107,
            OfferQueueTimeout = TimeSpan.FromSeconds(108),
            MaxOffersPerPeer = 109,
            MaxPendingOffers = 110,
            RatePerTransfer = 111,
            RatePerPeer = 112,
            RateTotal = 113L << 40,
            MaxFileSize = 114,
            QuotaPerPeer = 115,
            QuotaTotal = 116L << 40,
            QuotaPeriod = TimeSpan.FromHours(117),
            DiskReserve = 118,
        }));

        var (transfers, admission) = (settings.Transfers, settings.Transfers.Admission);
        Assert.Equal((101, 102, 103), (admission.MaxActive, admission.MaxPerPeer, admission.MaxPerAccount));
        Assert.Equal((104, TimeSpan.FromMilliseconds(105.5)), (admission.MaxQueuedSends, admission.SendQueueTimeout));
        Assert.Equal(TimeSpan.FromDays(106), transfers.OfflineTimeout);
        Assert.Equal((107, TimeSpan.FromSeconds(108)), (admission.MaxQueuedOffers, admission.OfferQueueTimeout));
        Assert.Equal((109, 110), (transfers.MaxOffersPerPeer, transfers.MaxPendingOffers));
        Assert.Equal(new Rates(111, 112, 113L << 40), transfers.Rates);
        Assert.Equal(new FileLimits(114, 115, 116L << 40, TimeSpan.FromHours(117)), settings.FileLimits);
        Assert.Equal(118, settings.Files.DiskReserve);
    }

    [Fact]
    public void Every_limit_of_sections_transfers_and_files_must_have_a_member()
    {
        Assert.Equal(
            SettingKeys.All.Where(key => key.StartsWith("transfers.", StringComparison.Ordinal) || key.StartsWith("files.", StringComparison.Ordinal)),
            EngineLimits.Keys.Concat(LeftOut).Order(StringComparer.Ordinal));
        Assert.Equal(EngineLimits.Keys.Count(), Members().Count());
    }

    [Fact]
    public void Members_must_be_unset_by_default_and_change_nothing()
    {
        Assert.All(Members(), member => Assert.Null(member.GetValue(new EngineLimits())));
        Assert.True(EngineLimits.ToHocon(new EngineLimits()).IsEmpty);
    }

    [Fact]
    public void Later_calls_must_win_over_earlier_ones_and_keep_what_they_do_not_set()
    {
        const string Hocon = "actor-transfer.transfers { max-active = 5, max-per-peer = 4 }";

        var limitsLast = Read(options => options.WithHocon(Hocon).WithLimits(new EngineLimits { MaxActive = 6 })).Transfers.Admission;
        var hoconLast = Read(options => options.WithLimits(new EngineLimits { MaxActive = 6, MaxPerAccount = 3 }).WithHocon(Hocon)).Transfers.Admission;
        var twice = Read(options => options.WithLimits(new EngineLimits { MaxActive = 6, MaxPerPeer = 2 }).WithLimits(new EngineLimits { MaxActive = 7 }));

        Assert.Equal((6, 4), (limitsLast.MaxActive, limitsLast.MaxPerPeer));
        Assert.Equal((5, 4, 3), (hoconLast.MaxActive, hoconLast.MaxPerPeer, hoconLast.MaxPerAccount));
        Assert.Equal((7, 2), (twice.Transfers.Admission.MaxActive, twice.Transfers.Admission.MaxPerPeer));
    }

    [Fact]
    public void Limits_must_be_above_the_configuration_and_the_overlays()
    {
        var limits = Read(
            options => options.WithLimits(new EngineLimits { MaxActive = 6 }).UseServerDefaults(),
            ("ActorTransfer:Transfers:MaxActive", "8"), ("ActorTransfer:Transfers:MaxPerPeer", "9")).Transfers.Admission;

        Assert.Equal((6, 9), (limits.MaxActive, limits.MaxPerPeer));
    }

    [Fact]
    public void Invalid_values_must_be_reported_with_their_members()
    {
        var fault = Assert.Throws<ArgumentException>(() => new ActorTransferOptions().WithLimits(new EngineLimits
        {
            MaxActive = 0,
            MaxQueuedSends = -1,
            RateTotal = -2,
            QuotaPeriod = TimeSpan.Zero,
            OfflineTimeout = TimeSpan.FromSeconds(-3),
        }));

        Assert.Equal(
            "Invalid limits: MaxActive: 0 must be at least 1; MaxQueuedSends: -1 must not be negative; OfflineTimeout: -00:00:03 must not be negative; " +
            "RateTotal: -2 must not be negative; QuotaPeriod: 00:00:00 must be longer than 0 (Parameter 'limits')",
            fault.Message);
    }

    private static IEnumerable<PropertyInfo> Members() => typeof(EngineLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static EngineSettings Read(Action<ActorTransferOptions> configure, params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(one => one.Key, one => (string?)one.Value)).Build();
        var options = new ActorTransferOptions();
        configure(options);
        return EngineSetup.Read(options.WithConfiguration(configuration.GetSection("ActorTransfer"))).Settings;
    }
}
