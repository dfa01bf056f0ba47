using System.Text;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Hosting.Configuration;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Testing;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The section <c>ActorTransfer</c> of an application's configuration.</summary>
public sealed class ConfigurationSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Every key of reference.conf.</summary>
    public static TheoryData<string> Keys => [.. SettingKeys.All];

    public void Dispose() => _folder.Dispose();

    /// <summary>Another legal value, set in both notations, arrives; so a key that is not read, or is not reachable, fails here.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_must_be_reachable_from_the_configuration_in_both_notations(string key)
    {
        var (at, value) = Other(key);
        var kebab = $"ActorTransfer:{key.Replace('.', ':')}{at}";
        var pascal = "ActorTransfer:" + string.Join(':', key.Split('.').Select(part => string.Concat(part.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])))) + at;
        var expected = Read();
        foreach (var name in new[] { kebab, pascal, pascal.ToUpperInvariant() })
        {
            var setup = Read((name, value));
            Assert.Equal([key], expected.ChangedSettings(setup));
            Assert.NotEqual(Print(expected.Settings), Print(setup.Settings));
        }
    }

    /// <summary>Otherwise the log tells that a change is applied which is not, or the reverse.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_must_be_reported_as_reloaded_exactly_if_a_reload_applies_it(string key)
    {
        var (at, value) = Other(key);
        var before = Read().Settings;
        var changed = Read(($"ActorTransfer:{key.Replace('.', ':')}{at}", value)).Settings;
        Assert.Equal(EngineSettings.IsReloadable(key), Print(before) != Print(before.Reloaded(changed)));
    }

    /// <summary>A comment stands before the key, or before the first of its group.</summary>
    [Theory]
    [InlineData("reference")]
    [InlineData("server")]
    [InlineData("proxy")]
    [InlineData("cluster")]
    public void Every_key_must_be_documented_where_its_value_is(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Architecture.Repository.Root, "hocon", file + ".conf")).Select(line => line.Trim()).ToArray();
        var isDocumented = false;
        foreach (var line in lines)
        {
            var isKey = !line.StartsWith('#') && line.Contains(" = ", StringComparison.Ordinal);
            Assert.True(!isKey || isDocumented, $"{file}.conf: {line}");
            isDocumented = line.StartsWith('#') || (isKey && isDocumented);
        }
    }

    [Fact]
    public void Overlays_must_be_below_the_configuration_and_above_the_defaults()
    {
        var setup = Read(options => options.UseServerDefaults(), ("ActorTransfer:Transfers:MaxQueuedSends", "5"));
        Assert.Equal((40_000, 5), (setup.Settings.Transfers.Admission.MaxActive, setup.Settings.Transfers.Admission.MaxQueuedSends));
        Assert.False(Read(options => options.UseProxyDefaults()).Settings.Target.Enabled);
    }

    [Fact]
    public void Everything_that_is_wrong_must_be_reported_at_once_with_its_key_as_it_was_written()
    {
        var fault = Assert.Throws<ConfigurationException>(() => Read(
            options => options.WithHocon("actor-transfer { progress-interval = soon, transfers.max-actve = 3 }"),
            ("ActorTransfer:Transfers:MaxActive", "many"),
            ("ActorTransfer:Transfers:max-per-peer", "0"),
            ("ActorTransfer:Transfers:DrainTimeot", "3s"),
            ("ActorTransfer:MaxActive", "3"),
            ("ActorTransfer:Accunts:0:Jid", "a@example.org"),
            ("ActorTransfer:Connection:Trace", "perhaps"),
            ("ActorTransfer:ChunkSize", "big"),
            ("ActorTransfer:Proxy:Allow", "example.org"),
            ("ActorTransfer:Files:Digest:0", "none"),
            ("ActorTransfer:Target", "on"),
            ("ActorTransfer:Accounts:0:Jid", "@"),
            ("ActorTransfer:Accounts:0:Pasword", "secret"),
            ("ActorTransfer:Accounts:1:Jid", "example.org"),
            ("ActorTransfer:Accounts:1:Password", "pencil"),
            ("ActorTransfer:Components:1:Jid", "user@files.example.org"),
            ("ActorTransfer:Components:1:Host", "127.0.0.1"),
            ("ActorTransfer:Components:1:Port", "5347"),
            ("ActorTransfer:Components:1:Secret", "s"),
            ("ActorTransfer:Components:0:Jid", "files.example.org"),
            ("ActorTransfer:Proxies:0:Jid", "proxy.example.org"),
            ("ActorTransfer:Proxies:0:Host", "127.0.0.1"),
            ("ActorTransfer:Proxies:0:Port", "70000"),
            ("ActorTransfer:Proxies:0:Secret", "s"),
            ("ActorTransfer:Proxies:0:Listen:0", "here")));
        string[] expected =
        [
            "actor-transfer.progress-interval: 'soon' is not a time (example: 30s)",
            "actor-transfer.transfers.max-actve: unknown key; the nearest is actor-transfer.transfers.max-active",
            "ActorTransfer:Transfers:MaxActive: 'many' is not a whole number (example: 100)",
            "ActorTransfer:Transfers:max-per-peer: 0 must be at least 1",
            "ActorTransfer:Transfers:DrainTimeot: unknown key; the nearest is ActorTransfer:Transfers:DrainTimeout",
            "ActorTransfer:MaxActive: unknown key; the nearest is ActorTransfer:Transfers:MaxActive",
            "ActorTransfer:Accunts: unknown key; the nearest is ActorTransfer:Accounts",
            "ActorTransfer:Connection:Trace: 'perhaps' is not on or off",
            "ActorTransfer:ChunkSize: 'big' is not a size (example: 64KiB)",
            "ActorTransfer:Proxy:Allow: must be a list (example: ActorTransfer:Proxy:Allow:0)",
            "ActorTransfer:Files:Digest: must be one value, not a section or a list",
            "ActorTransfer:Target: 'on' is not a section (example: ActorTransfer:Target:",
            "ActorTransfer:Accounts:0:Jid: '@' is not valid (example: files@example.org)",
            "ActorTransfer:Accounts:0:Password: either Password or PasswordFile must be set",
            "ActorTransfer:Accounts:0:Pasword: unknown key; known are Jid,",
            "ActorTransfer:Accounts:1:Jid: 'example.org' is not valid (example: files@example.org)",
            "ActorTransfer:Components:1:Jid: 'user@files.example.org' is not valid (example: files.example.org)",
            "ActorTransfer:Components:0:Host: is missing (example: 127.0.0.1)",
            "ActorTransfer:Components:0:Port: is missing (example: 5347)",
            "ActorTransfer:Components:0:Secret: either Secret or SecretFile must be set",
            "ActorTransfer:Proxies:0:Port: '70000' is not valid (example: 5222)",
            "ActorTransfer:Proxies:0:Listen:0: 'here' is not valid (example: 0.0.0.0:7777)",
        ];
        Assert.All(expected, words => Assert.Contains(words, fault.Message, StringComparison.Ordinal));
        Assert.Equal(expected.Length, fault.Message.Split("; ").Count(part => part.Contains(": ", StringComparison.Ordinal)));
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_code_must_precede_those_of_the_configuration_which_precede_the_defaults()
    {
        var setup = Read(
            options => options.WithHocon("actor-transfer.transfers.max-active = 5"),
            ("ActorTransfer:Transfers:MaxActive", "6"), ("ActorTransfer:Transfers:MaxPerPeer", "7"));
        Assert.Equal((5, 7), (setup.Settings.Transfers.Admission.MaxActive, setup.Settings.Transfers.Admission.MaxPerPeer));
        Assert.Equal(EngineSettings.Read(ConfigurationFactory.Empty).ChunkSize, setup.Settings.ChunkSize);
    }

    [Fact]
    public void Times_and_switches_must_be_read_in_the_notation_of_NET_too()
    {
        var setup = Read(("ActorTransfer:Transfers:DrainTimeout", "00:01:30"), ("ActorTransfer:Target:Enabled", "False"));
        Assert.Equal(TimeSpan.FromSeconds(90), setup.Settings.Transfers.DrainTimeout);
        Assert.False(setup.Settings.Target.Enabled);
    }

    [Fact]
    public void Accounts_proxies_and_the_folder_must_be_read_with_secrets_from_files()
    {
        var secret = _folder.File("secret", Encoding.UTF8.GetBytes("from file\n"));
        var setup = Read(
            ("ActorTransfer:Accounts:0:Jid", "files@example.org/engine"), ("ActorTransfer:Accounts:0:Password", "pencil"), ("ActorTransfer:Accounts:0:Tls", "direct"),
            ("ActorTransfer:Accounts:1:Jid", "other@example.org"), ("ActorTransfer:Accounts:1:PasswordFile", secret),
            ("ActorTransfer:Components:0:Jid", "files.example.org"), ("ActorTransfer:Components:0:Host", "127.0.0.1"),
            ("ActorTransfer:Components:0:Port", "5347"), ("ActorTransfer:Components:0:secret-file", secret),
            ("ActorTransfer:Proxies:0:Jid", "proxy.example.org"), ("ActorTransfer:Proxies:0:Host", "127.0.0.1"), ("ActorTransfer:Proxies:0:Port", "5347"),
            ("ActorTransfer:Proxies:0:Secret", "s"), ("ActorTransfer:Proxies:0:Listen:0", "127.0.0.1:7777"),
            ("ActorTransfer:Proxies:0:Allow:0", "example.org"), ("ActorTransfer:DownloadFolder", _folder.Path));
        var definition = setup.Options.Build();
        Assert.Equal(["files@example.org", "other@example.org", "files.example.org"], definition.Accounts.Select(account => account.Name));
        var clients = definition.Accounts.Select(account => account.Link).OfType<Actors.LinkDefinition.Client>().Select(link => link.Address).ToList();
        Assert.Equal([("pencil", TlsMode.Direct), ("from file", TlsMode.Required)], clients.Select(client => (client.Password, client.Tls)));
        var proxy = Assert.Single(definition.Proxies).Proxy;
        Assert.Equal("127.0.0.1:7777", Assert.Single(proxy.Listen).ToString());
        Assert.Equal(["example.org"], proxy.Allowed!.Entries.ToArray());
        Assert.Equal(_folder.Path, setup.Options.DownloadFolder);
    }

    [Fact]
    public async Task Application_must_read_its_appsettings_by_itself_and_follow_changes_while_it_runs()
    {
        using var log = new Prosody.LogLines();
        var file = _folder.File("appsettings.json", """{ "ActorTransfer": { "Transfers": { "MaxActive": 5 } } }"""u8.ToArray());
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration.AddJsonFile(file);
        var domain = new LocalDomain(Jid.Parse("local.test"));
        builder.Services.AddActorTransfer(options => options.AddLocalUser(domain, LocalDomainHost.Sender));
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IFileTransfers>().ReadyAsync();
        Assert.Equal(5, host.Services.GetRequiredService<EngineInstance>().Settings.Transfers.Admission.MaxActive);

        await ChangeAsync("""{ "ActorTransfer": { "Transfers": { "MaxActive": 1, "MaxQueuedSends": 0 }, "ChunkSize": "64KiB", "DownloadFolder": "in" } }""");
        foreach (var words in new[] { "Configuration reloaded: transfers.max-active", "Reloaded the limits", "transfers.max-queued-sends", "chunk-size", "DownloadFolder" })
        {
            await log.HasAsync(words, TimeSpan.FromSeconds(30)); // the configuration may report a change in steps
        }

        Assert.Contains(log.Lines, line => line.Contains("need a restart", StringComparison.Ordinal));
        await ChangeAsync("""{ "ActorTransfer": { "Transfers": { "MaxActive": "many" }, "Chunksize": "x" } }""");
        await log.HasAsync("The changed configuration is not valid; the previous one stays.", TimeSpan.FromSeconds(30));
        await log.HasAsync("ActorTransfer:Transfers:MaxActive: 'many' is not a whole number", TimeSpan.FromSeconds(30));
        await log.HasAsync("ActorTransfer:Chunksize: 'x' is not a size", TimeSpan.FromSeconds(30));
        await host.StopAsync();

        Task ChangeAsync(string json)
        {
            File.WriteAllText(file, json);
            ((IConfigurationRoot)builder.Configuration).Reload();
            return Task.CompletedTask;
        }
    }

    private static EngineSetup Read(params (string Key, string Value)[] values) => Read(_ => { }, values);

    private static EngineSetup Read(Action<ActorTransferOptions> configure, params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(one => one.Key, one => (string?)one.Value)).Build();
        var options = new ActorTransferOptions();
        configure(options);
        return EngineSetup.Read(options.WithConfiguration(configuration.GetSection("ActorTransfer")));
    }

    /// <summary>The settings as text, lists included.</summary>
    private static string Print(object? value) => value switch
    {
        null or string => $"{value}",
        System.Collections.IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Print))}]",
        _ when value.GetType() is { IsEnum: false, IsPrimitive: false } type && type.Namespace!.StartsWith("ActorTransfer", StringComparison.Ordinal) && value is not Jid =>
            $"{{{string.Join(", ", type.GetProperties().Where(one => one.GetIndexParameters().Length == 0 && !one.GetMethod!.IsStatic).Select(one => $"{one.Name} = {Print(one.GetValue(value))}"))}}}",
        _ => $"{value}",
    };

    /// <summary>A legal value other than the default.</summary>
    private static (string At, string Value) Other(string key) => EngineSettings.Reference.GetValue($"actor-transfer.{key}") is var usual && SettingKeys.IsList(usual)
        ? Other(key, isList: true, "")
        : Other(key, isList: false, usual.GetString());

    private static (string At, string Value) Other(string key, bool isList, string usual) => key switch
    {
        "connection.name-servers" => (":0", "192.0.2.53"),
        "discovery.proxies" => (":0", "proxy.example.org"),
        "addresses.allow" => (":0", "loopback"),
        "addresses.allow-ports" => (":0", "80"),
        "stream-host.external" => (":0", "example.org:5000"),
        "stream-host.offer-to" => (":0", "example.org"),
        "proxy.allow" => (":0", "example.org"),
        "stream-host.bind" => ("", "127.0.0.1"),
        "files.digest" => ("", "none"),
        "files.durability" => ("", "none"),
        "initiator.signalling" => ("", "jingle"),
        _ when isList => (":0", "Example"),
        _ when usual is "on" or "off" => ("", usual == "on" ? "false" : "true"),
        _ when usual.EndsWith('B') => ("", usual.StartsWith('0') ? "1MiB" : Half(usual)),
        _ when char.IsLetter(usual[^1]) => ("", "1234ms"),
        _ => ("", usual == "0" ? "7" : (int.Parse(usual, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static string Half(string size) => size switch
    {
        "65535B" => "60000B",
        "4095B" => "3000B",
        "1KiB" => "2KiB",
        _ => string.Concat(size.TakeWhile(char.IsAsciiDigit)) is var number
            ? (2 * int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture) + size[number.Length..]
            : "",
    };
}
