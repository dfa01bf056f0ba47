using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorTransfer.Actors.Tests;

public sealed class SettingsSpec
{
    [Fact]
    public void Every_key_must_be_both_listed_in_the_reference_and_read()
    {
        var reader = new SettingsReader(EngineSettings.Reference, EngineSettings.Root);
        EngineSettings.Read(reader);
        var listed = Keys("", EngineSettings.Reference.Root).Order(StringComparer.Ordinal);
        Assert.Equal(listed, reader.KeysRead.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Application_settings_must_override_the_reference()
    {
        var settings = EngineSettings.Read(ConfigurationFactory.ParseString(
            "actor-transfer { chunk-size = 64KiB, connection.trace = on, target.stagger = 50ms, stream-host.external = [\"example.org:5000\"] }"));
        Assert.Equal(64 * 1024, settings.ChunkSize);
        Assert.True(settings.Connection.Trace);
        Assert.Equal(TimeSpan.FromMilliseconds(50), settings.Target.Stagger);
        Assert.Equal(new ExternalAddress("example.org", 5000), Assert.Single(settings.StreamHost.External));
        Assert.Equal(TimeSpan.FromMinutes(10), settings.Target.Offer);
    }

    [Theory]
    [InlineData("192.0.2.53", "192.0.2.53:53")]
    [InlineData("192.0.2.53:5353", "192.0.2.53:5353")]
    [InlineData("2001:db8::53", "[2001:db8::53]:53")]
    [InlineData("[2001:db8::53]:5353", "[2001:db8::53]:5353")]
    public void Name_server_must_be_read_in_the_usual_notations(string text, string server) => Assert.Equal(
        server,
        Assert.Single(EngineSettings.Read(ConfigurationFactory.ParseString($"actor-transfer.connection.name-servers = [\"{text}\"]")).Connection.NameServers)
            .ToString());

    [Fact]
    public void Defaults_must_be_usable() => Assert.Equal(256 * 1024, EngineSettings.Read(ConfigurationFactory.Empty).ChunkSize);

    /// <summary>Otherwise pending offers make the requests of accepted transfers fail and leave no slot for own transfers.</summary>
    [Theory]
    [InlineData("reference")]
    [InlineData("server")]
    [InlineData("proxy")]
    public void Default_limits_must_be_sufficient_for_all_admitted_transfers(string defaults)
    {
        var settings = EngineSettings.Read(EngineSettings.Embedded(defaults));
        var alive = settings.Transfers.Admission.MaxActive;
        Assert.True(settings.Connection.MaxPendingRequests >= 2 * alive);
        Assert.True(settings.Connection.MaxQueuedStanzas >= 2 * alive);
        Assert.True(2 * settings.Transfers.MaxPendingOffers <= alive);
    }

    /// <summary>A value that does not differ, or has no reason, has no place there.</summary>
    [Theory]
    [InlineData("server")]
    [InlineData("proxy")]
    public void Each_key_of_an_overlay_must_differ_from_the_reference(string overlay)
    {
        var config = EngineSettings.Embedded(overlay);
        EngineSettings.Read(config);
        Assert.All(Keys("", config.Root), key => Assert.NotEqual(EngineSettings.Reference.GetString(key), config.GetString(key)));
    }

    [Fact]
    public void Unknown_keys_must_be_reported_with_the_nearest_known_ones()
    {
        var message = Assert.Throws<ConfigurationException>(() => EngineSettings.Read(ConfigurationFactory.ParseString(
            "actor-transfer { chunk-sise = 1MiB, max-active = 3, proxy.max-pear = 3 }\nactor-tranfer.chunk-size = 1MiB"))).Message;
        Assert.Contains("actor-transfer.chunk-sise: unknown key; the nearest is actor-transfer.chunk-size", message, StringComparison.Ordinal);
        Assert.Contains("actor-transfer.max-active: unknown key; the nearest is actor-transfer.transfers.max-active", message, StringComparison.Ordinal);
        Assert.Contains("actor-transfer.proxy.max-pear: unknown key; the nearest is actor-transfer.proxy.max-pairs", message, StringComparison.Ordinal);
        Assert.Contains("actor-tranfer: unknown key; all keys are below actor-transfer", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_must_be_reported_all_at_once_with_their_keys()
    {
        var hocon = ConfigurationFactory.ParseString(
            """
            actor-transfer {
              chunk-size = 1
              progress-interval = soon
              connection { max-pending-requests = 0, trace = perhaps, name-servers = [dns], resolve-timeout = 0s }
              target.offer = 0s
              proxy.idle = -1s
              stream-host { port = 70000, bind = here, external = ["a:b:c"], offer-to = ["@"] }
              addresses { allow = [lan], allow-ports = [many] }
            }
            """);
        var message = Assert.Throws<ConfigurationException>(() => EngineSettings.Read(hocon)).Message;
        foreach (var key in new[]
        {
            "chunk-size", "progress-interval", "connection.max-pending-requests", "connection.trace", "connection.name-servers", "connection.resolve-timeout",
            "target.offer", "proxy.idle", "stream-host.port",
            "stream-host.bind", "stream-host.external", "stream-host.offer-to", "addresses.allow", "addresses.allow-ports",
        })
        {
            Assert.Contains($"actor-transfer.{key}:", message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("target.accepted", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files.example.org", "files.example.org", null)]
    [InlineData("files.example.org:5000", "files.example.org", 5000)]
    [InlineData("203.0.113.9", "203.0.113.9", null)]
    [InlineData("203.0.113.9:5000", "203.0.113.9", 5000)]
    [InlineData("2001:db8::9", "2001:db8::9", null)]
    [InlineData("[2001:db8::9]", "2001:db8::9", null)]
    [InlineData("[2001:db8::9]:5000", "2001:db8::9", 5000)]
    public void External_address_must_be_read_in_the_usual_notations(string text, string host, int? port) =>
        Assert.Equal(new ExternalAddress(host, port), ExternalAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(":5000")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:b:5000")]
    [InlineData("[files]:x")]
    public void Invalid_external_address_must_be_refused(string text) => Assert.Throws<FormatException>(() => ExternalAddress.Parse(text));

    private static IEnumerable<string> Keys(string prefix, HoconValue value) => value.GetObject() is { } section
        ? section.Items.SelectMany(item => Keys(prefix.Length == 0 ? item.Key : $"{prefix}.{item.Key}", item.Value))
        : [prefix];
}
