using System.Globalization;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Configuration;

namespace ActorTransfer;

/// <summary>
/// Configures an embedded engine. Timeouts and limits come from HOCON: <c>hocon/reference.conf</c>, overridden by <see cref="WithLimits"/> and
/// <see cref="WithHocon(string)"/>.
/// </summary>
public sealed class ActorTransferOptions
{
    private List<AccountDefinition> _accounts = [];
    private List<ProxyDefinition> _proxies = [];
    private Config _hocon = ConfigurationFactory.Empty;
    private Config _overlay = ConfigurationFactory.Empty;
    private ContentStages? _stages;
    private IStreamHostConnector? _connector;

    /// <summary>Name of the actor system. Default: actor-transfer. Ignored if the application has an actor system already.</summary>
    public string SystemName { get; set; } = Engine.Name;

    /// <summary>Minimum level of log events passed to the application's logging. Default: information. Ignored in an actor system of the application.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    /// <summary>
    /// How long active transfers and the pairs of a proxy may continue when the application stops (<c>transfers.drain-timeout</c>; default 20 s); then they are
    /// cancelled on both sides and end as <see cref="TransferOutcome.Cancelled"/>. <c>HostOptions.ShutdownTimeout</c> (default 30 s) should be 10 s longer: it
    /// limits the shutdown in any case.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public TimeSpan DrainTimeout
    {
        get => EngineSettings.Read(_hocon.WithFallback(_overlay)).Transfers.DrainTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            WithHocon(string.Create(CultureInfo.InvariantCulture, $"actor-transfer.transfers.drain-timeout = {Math.Ceiling(value.TotalMilliseconds):0}ms"));
        }
    }

    internal Config Hocon => _hocon;

    /// <summary>The section of the application's configuration; null = none.</summary>
    internal IConfiguration? Configuration { get; private set; }

    /// <summary>Whether it is the default engine, which reads the section <c>ActorTransfer</c>.</summary>
    internal bool IsDefault { get; init; }

    internal string? DownloadFolder { get; private set; }

    /// <summary>The node of a cluster, part of the ids of transfers; null = none.</summary>
    internal Func<ActorSystem, int>? Node { get; set; }

    /// <summary>Overrides settings; later calls win. Keys: <c>hocon/reference.conf</c>. May contain <c>akka { ... }</c> too.</summary>
    /// <exception cref="ConfigurationException">It is not valid HOCON.</exception>
    public ActorTransferOptions WithHocon(string hocon) => WithHocon(HoconText.Parse(hocon));

    /// <summary>Overrides settings; later calls win.</summary>
    public ActorTransferOptions WithHocon(Config hocon)
    {
        _hocon = hocon.WithFallback(_hocon);
        return this;
    }

    /// <summary>Limits as typed options: overrides the members that are set, like <see cref="WithHocon(string)"/>; of both, later calls win.</summary>
    /// <param name="limits">For example <c>new() { MaxActive = 500, RatePerPeer = 10_000_000 }</c>.</param>
    /// <exception cref="ArgumentException">Values are not valid; the message has the members.</exception>
    public ActorTransferOptions WithLimits(EngineLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return WithHocon(EngineLimits.ToHocon(limits));
    }

    /// <summary>
    /// Other defaults, for a server that runs many transfers at a time: <c>hocon/server.conf</c>. Configuration and <see cref="WithHocon(string)"/> override
    /// them.
    /// </summary>
    public ActorTransferOptions UseServerDefaults() => UseDefaults("server");

    /// <summary>
    /// Other defaults, for a process that is only a proxy: <c>hocon/proxy.conf</c>. Configuration and <see cref="WithHocon(string)"/> override them.
    /// </summary>
    public ActorTransferOptions UseProxyDefaults() => UseDefaults("proxy");

    /// <summary>
    /// Reads settings, accounts, components, proxies and the download folder from a section of the application's configuration. Its keys are those of
    /// <c>hocon/reference.conf</c>, as there or in the notation of .NET: <c>Transfers:MaxActive</c>. Values of code precede, accounts are added. Limits, rates
    /// and timeouts follow changes of the section while the engine runs. <c>AddActorTransfer</c> reads the section <c>ActorTransfer</c> by itself.
    /// </summary>
    /// <param name="section">For example <c>builder.Configuration.GetSection("ActorTransfer")</c>.</param>
    public ActorTransferOptions WithConfiguration(IConfiguration section)
    {
        Configuration = section;
        return this;
    }

    /// <summary>Connects to an XMPP server as an external component (XEP-0114), which may use any JID of its domain.</summary>
    /// <param name="component">Server, component and secret. The account is named after the component's domain.</param>
    /// <exception cref="ArgumentException">Its JID is not a domain.</exception>
    public ActorTransferOptions AddComponent(ComponentAccount component) => Add(AccountDefinitions.Of(component));

    /// <summary>Logs in to an XMPP server as a client (RFC 6120). The account is named after its bare JID.</summary>
    /// <param name="account">Server, JID and credentials.</param>
    /// <exception cref="ArgumentException">Its JID is a domain.</exception>
    public ActorTransferOptions AddClient(ClientAccount account) => Add(AccountDefinitions.Of(account));

    /// <summary>Connects to an XMPP server in this process. The account is named after the link's domain, or after the bare JID of its user.</summary>
    /// <param name="link">The server's end of the connection.</param>
    /// <param name="server">Entity whose disco items are searched for proxies; null = the domain of the user, or the one above the component's.</param>
    public ActorTransferOptions AddLink(InProcessLink link, Jid? server = null) => Add(AccountDefinitions.Of(link, server));

    /// <summary>
    /// A SOCKS5 bytestreams proxy (XEP-0065 §6) for the users of an XMPP server. Its connection is named after its JID. <see cref="IProxies"/> monitors and
    /// controls it; its limits and rates are in section <c>proxy</c> of <c>hocon/reference.conf</c>.
    /// </summary>
    /// <param name="proxy">Its connection, addresses and users.</param>
    /// <exception cref="ArgumentException">It has no connection or no usable address, or there already is an account or proxy of this name.</exception>
    public ActorTransferOptions AddProxy(ProxyOptions proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return Add(ProxyOptions.Define(proxy));
    }

    /// <summary>Enables <see cref="IFileTransfers.RecordAsync"/>. Costs one summary per stanza.</summary>
    public ActorTransferOptions TraceStanzas() => WithHocon("actor-transfer.connection.trace = on");

    /// <summary>Default folder of accepted files.</summary>
    public ActorTransferOptions DownloadTo(string folder)
    {
        DownloadFolder = Path.GetFullPath(folder);
        return this;
    }

    /// <summary>
    /// Inserts the application's own stages between file and socket, the same for all transfers. <see cref="IContentStagesPolicy"/> chooses for each transfer.
    /// </summary>
    public ActorTransferOptions UseStages(ContentStages stages)
    {
        _stages = stages;
        return this;
    }

    /// <summary>Replaces how streamhosts are connected to.</summary>
    public ActorTransferOptions UseConnector(IStreamHostConnector connector)
    {
        _connector = connector;
        return this;
    }

    /// <summary>A copy with further settings, which these precede.</summary>
    internal ActorTransferOptions With(Config settings)
    {
        var copy = (ActorTransferOptions)MemberwiseClone();
        (copy._hocon, copy._accounts, copy._proxies) = (_hocon.WithFallback(settings).WithFallback(_overlay), [.. _accounts], [.. _proxies]);
        return copy;
    }

    internal EngineDefinition Build() => new()
    {
        Accounts = [.. _accounts],
        Proxies = [.. _proxies],
        Stages = _stages is null ? null : new FixedStages(_stages),
        Connector = _connector,
    };

    internal ActorTransferOptions Add(AccountDefinition account)
    {
        if (IsTaken(account.Name))
        {
            throw new ArgumentException($"There already is an account or proxy named {account.Name}.", nameof(account));
        }

        _accounts.Add(account);
        return this;
    }

    internal ActorTransferOptions Add(ProxyDefinition proxy)
    {
        if (IsTaken(proxy.Proxy.Address.Domain))
        {
            throw new ArgumentException($"There already is an account or proxy named {proxy.Proxy.Address.Domain}.", nameof(proxy));
        }

        _proxies.Add(proxy);
        return this;
    }

    private ActorTransferOptions UseDefaults(string name)
    {
        _overlay = EngineSettings.Embedded(name).WithFallback(_overlay);
        return this;
    }

    /// <summary>Accounts and proxies share the names of connections.</summary>
    private bool IsTaken(string name) =>
        _accounts.Exists(known => known.Name == name) || _proxies.Exists(known => known.Proxy.Address.Domain == name);
}
