using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace ActorTransfer.Hosting.Configuration;

/// <summary>The accounts, components, proxies and the download folder of a section of the application's configuration.</summary>
internal static class SectionAccounts
{
    private const string Accounts = "Accounts";
    private const string Components = "Components";
    private const string Proxies = "Proxies";
    private const string Allow = "Allow";
    private const string DownloadFolder = "DownloadFolder";

    /// <summary>The access lists of proxies, in messages.</summary>
    public const string Access = $"{Proxies}:{Allow}";

    /// <summary>Keys that are not settings of <c>hocon/reference.conf</c>.</summary>
    public static IReadOnlySet<string> Names { get; } =
        new HashSet<string>([Accounts, Components, Proxies, DownloadFolder], StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds them to options.</summary>
    /// <param name="section">The section; null = there is none.</param>
    /// <param name="options">Gets the accounts.</param>
    /// <param name="faults">Gets what is wrong.</param>
    public static void AddTo(IConfiguration? section, ActorTransferOptions options, List<string> faults)
    {
        Each(section, Accounts, faults, fields => AddClient(fields, options));
        Each(section, Components, faults, fields => AddComponent(fields, options));
        Each(section, Proxies, faults, fields => AddProxy(fields, options));
        if (options.DownloadFolder is null && section?[DownloadFolder] is { Length: > 0 } folder)
        {
            options.DownloadTo(folder);
        }
    }

    /// <summary>The values of these keys without <see cref="Access"/>, to find out whether they have changed.</summary>
    public static string Fingerprint(IConfiguration? section, string name) => section is null
        ? ""
        : section[name] + string.Concat(section.GetSection(name).AsEnumerable(makePathsRelative: true)
            .Where(one => name != Proxies || !IsAccess(one.Key))
            .OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => $"\n{one.Key}={one.Value}"));

    /// <summary><c>0:Allow</c> or below it.</summary>
    private static bool IsAccess(string key) =>
        key.Split(ConfigurationPath.KeyDelimiter) is [_, var field, ..] && field.Equals(Allow, StringComparison.OrdinalIgnoreCase);

    private static void Each(IConfiguration? section, string name, List<string> faults, Func<SectionFields, Action?> read)
    {
        foreach (var child in section?.GetSection(name).GetChildren() ?? [])
        {
            var fields = new SectionFields(child, faults);
            var add = read(fields);
            fields.RefuseOthers();
            try
            {
                if (fields.IsUsable)
                {
                    add?.Invoke();
                }
            }
            catch (ArgumentException fault)
            {
                fields.Fault(fault.Message);
            }
        }
    }

    private static Action AddClient(SectionFields fields, ActorTransferOptions options)
    {
        var jid = fields.Required("Jid", Account, "files@example.org");
        var account = new ClientAccount
        {
            Jid = jid!,
            Host = fields.Text("Host"),
            Port = fields.Port(),
            Tls = fields.Tls(TlsMode.Required),
            Password = fields.Secret("Password"),
            PinnedSha256 = fields.Text("PinnedSha256"),
            ProxiesFrom = fields.Parse("ProxiesFrom", Jid.Parse, "example.org"),
        };
        return () => options.AddClient(account);
    }

    private static Action AddComponent(SectionFields fields, ActorTransferOptions options)
    {
        var component = Component(fields) with { ProxiesFrom = fields.Parse("ProxiesFrom", Jid.Parse, "example.org") };
        return () => options.AddComponent(component);
    }

    private static Action AddProxy(SectionFields fields, ActorTransferOptions options)
    {
        var account = Component(fields);
        var listen = fields.List("Listen", IPEndPoint.Parse, "0.0.0.0:7777");
        var names = fields.List("Public", Name, "proxy.example.org:7777");
        var allow = fields.List(Allow, text => ProxyAccess.Parse([text]).Entries.Single(), "example.org, or * for all");
        return () => options.AddProxy(new ProxyOptions
        {
            Account = account,
            Listen = [.. listen],
            Public = [.. names],
            Access = allow.Count == 0 ? null : ProxyAccess.Parse(allow),
        });
    }

    private static ComponentAccount Component(SectionFields fields) => new()
    {
        Jid = fields.Required("Jid", Domain, "files.example.org")!,
        Host = fields.Required("Host", text => text, "127.0.0.1") ?? "",
        Port = fields.Required<int?>("Port", text => int.Parse(text, CultureInfo.InvariantCulture), "5347") is not null ? fields.Port() ?? 0 : 0,
        Secret = fields.Secret("Secret") ?? "",
        Tls = fields.Tls(TlsMode.Off),
        PinnedSha256 = fields.Text("PinnedSha256"),
    };

    private static Jid Account(string text) => Jid.Parse(text) is { Local: not null } jid ? jid : throw new FormatException();

    private static Jid Domain(string text) => Jid.Parse(text) is { IsDomain: true } jid ? jid : throw new FormatException();

    private static DnsEndPoint Name(string text) => text.LastIndexOf(':') is > 0 and var colon
        ? new DnsEndPoint(text[..colon].Trim('[', ']'), int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture))
        : new DnsEndPoint(text, 0);
}
