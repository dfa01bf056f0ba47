using ActorTransfer.Actors.Settings;
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
    public void What_a_host_says_must_win_over_the_reference()
    {
        var settings = EngineSettings.Read(ConfigurationFactory.ParseString(
            "actor-transfer { chunk-size = 64KiB, connection.trace = on, target.stagger = 50ms, stream-host.external = [\"example.org:5000\"] }"));
        Assert.Equal(64 * 1024, settings.ChunkSize);
        Assert.True(settings.Connection.Trace);
        Assert.Equal(TimeSpan.FromMilliseconds(50), settings.Target.Stagger);
        Assert.Equal(new ExternalAddress("example.org", 5000), Assert.Single(settings.StreamHost.External));
        Assert.Equal(TimeSpan.FromMinutes(10), settings.Target.Offer);
    }

    [Fact]
    public void Defaults_must_be_usable() => Assert.Equal(256 * 1024, EngineSettings.Read(ConfigurationFactory.Empty).ChunkSize);

    [Fact]
    public void Faults_must_be_reported_all_at_once_with_their_keys()
    {
        var hocon = ConfigurationFactory.ParseString(
            """
            actor-transfer {
              chunk-size = 1
              progress-interval = soon
              connection { max-open-questions = 0, trace = perhaps }
              target.offer = 0s
              proxy.idle = -1s
              stream-host.port = 70000
            }
            """);
        var message = Assert.Throws<ConfigurationException>(() => EngineSettings.Read(hocon)).Message;
        foreach (var key in new[]
        {
            "chunk-size", "progress-interval", "connection.max-open-questions", "connection.trace", "target.offer", "proxy.idle", "stream-host.port",
        })
        {
            Assert.Contains($"actor-transfer.{key}:", message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("target.accepted", message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Keys(string prefix, HoconValue value) => value.GetObject() is { } section
        ? section.Items.SelectMany(item => Keys(prefix.Length == 0 ? item.Key : $"{prefix}.{item.Key}", item.Value))
        : [prefix];
}
