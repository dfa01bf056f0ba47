using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace ActorTransfer.Hosting.Configuration;

/// <summary>An engine as code and configuration define it together.</summary>
/// <param name="Options">With the accounts of both.</param>
/// <param name="Settings">All settings.</param>
/// <param name="Hocon">All settings, as text.</param>
/// <param name="Fingerprints">Of what is not a setting, by key.</param>
internal sealed record EngineSetup(ActorTransferOptions Options, EngineSettings Settings, Config Hocon, IReadOnlyDictionary<string, string> Fingerprints)
{
    /// <summary>Reads the section of the application's configuration and combines it with the options: those of code precede.</summary>
    /// <param name="options">Of code; unchanged.</param>
    /// <exception cref="ConfigurationException">Something is wrong; everything that is wrong is listed, each with its key.</exception>
    public static EngineSetup Read(ActorTransferOptions options)
    {
        var section = options.Configuration;
        var configured = SectionSettings.Read(section);
        var all = options.With(configured.Hocon);
        var hocon = all.Hocon.WithFallback(EngineSettings.Reference);
        var reader = new SettingsReader(hocon, EngineSettings.Root, path => options.Hocon.HasPath(path) ? path : configured.KeyOf(path) ?? path);
        var settings = EngineSettings.Read(reader);
        List<string> faults = [.. SettingKeys.Unknown(options.Hocon), .. configured.Faults, .. reader.Faults];
        SectionAccounts.AddTo(section, all, faults);
        return faults.Count > 0
            ? throw SettingsReader.Invalid(faults)
            : new EngineSetup(all, settings, hocon, SectionAccounts.Names.ToDictionary(name => name, name => SectionAccounts.Fingerprint(section, name)));
    }

    /// <summary>The proxies of code and configuration.</summary>
    public ImmutableArray<BytestreamsProxy.Definition> Proxies { get; } = [.. Options.Build().Proxies.Select(proxy => proxy.Proxy)];

    /// <summary>The keys whose values differ, as in <c>hocon/reference.conf</c>.</summary>
    public IEnumerable<string> ChangedSettings(EngineSetup other) =>
        SettingKeys.All.Where(key => Text(Hocon, key) != Text(other.Hocon, key));

    /// <summary>The keys of accounts and so on whose values differ.</summary>
    public IEnumerable<string> ChangedAccounts(EngineSetup other) => Fingerprints.Keys.Where(key => Fingerprints[key] != other.Fingerprints[key]);

    /// <summary>The keys of access lists of proxies, which can be changed while the engine runs, if they differ.</summary>
    public IEnumerable<string> ChangedAccess(EngineSetup other) => Proxies.Any(proxy => other.Proxies.Any(one => IsOtherAccess(proxy, one)))
        ? [SectionAccounts.Access]
        : [];

    private static bool IsOtherAccess(BytestreamsProxy.Definition one, BytestreamsProxy.Definition other) =>
        one.Address == other.Address && !(one.Allowed?.Entries ?? []).SequenceEqual(other.Allowed?.Entries ?? []);

    private static string Text(Config config, string key) => config.GetValue($"{EngineSettings.Root}.{key}") is { } value && SettingKeys.IsList(value)
        ? string.Join('\n', value.GetStringList())
        : config.GetString($"{EngineSettings.Root}.{key}");
}
