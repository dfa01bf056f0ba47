using System.Globalization;
using System.Net;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using Akka.Configuration;
using Akka.Event;

namespace ActorTransfer;

/// <summary>
/// What an embedded engine is made of. Times and limits come from HOCON: <c>hocon/reference.conf</c>, overridden by <see cref="WithHocon(string)"/>.
/// </summary>
public sealed class ActorTransferOptions
{
    private readonly List<AccountDefinition> _accounts = [];
    private readonly List<ProxyDefinition> _proxies = [];
    private Config _hocon = ConfigurationFactory.Empty;
    private Jid? _domain;
    private ContentStages _stages = new();
    private IStreamHostConnector? _connector;

    /// <summary>Name of the actor system. Default: actor-transfer. Ignored if the application has an actor system already.</summary>
    public string SystemName { get; set; } = Engine.Name;

    /// <summary>Least important log events that the actors hand to the host's logging, which may filter further. Default: information. Ignored, too, in an actor system of the application.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    /// <summary>
    /// How long active transfers and the pairs of a proxy may go on when the host stops (<c>transfers.drain-timeout</c>; default 20 s); then they are cancelled on
    /// both sides and end as <see cref="TransferOutcome.Cancelled"/>. <c>HostOptions.ShutdownTimeout</c> (default 30 s) should be 10 s longer: it
    /// ends the wait for this service whatever is said here.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not longer than zero.</exception>
    public TimeSpan DrainTimeout
    {
        get => EngineSettings.Read(_hocon).Transfers.DrainTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            WithHocon(string.Create(CultureInfo.InvariantCulture, $"actor-transfer.transfers.drain-timeout = {Math.Ceiling(value.TotalMilliseconds):0}ms"));
        }
    }

    internal Config Hocon => _hocon;

    internal string? DownloadFolder { get; private set; }

    /// <summary>Overrides settings; what is said last wins. Keys: <c>hocon/reference.conf</c>. May hold <c>akka { ... }</c> too.</summary>
    /// <exception cref="ConfigurationException">It is no HOCON.</exception>
    public ActorTransferOptions WithHocon(string hocon) => WithHocon(HoconText.Parse(hocon));

    /// <summary>Overrides settings; what is said last wins.</summary>
    public ActorTransferOptions WithHocon(Config hocon)
    {
        _hocon = hocon.WithFallback(_hocon);
        return this;
    }

    /// <summary>Joins an XMPP server as an external component (XEP-0114), which may use any JID of its domain.</summary>
    /// <param name="address">Where and as whom. The account is named after the component's domain.</param>
    /// <param name="server">Whose disco items are searched for proxies; null = the domain above the component's.</param>
    public ActorTransferOptions AddComponent(ComponentAddress address, Jid? server = null) =>
        Add(new AccountDefinition(address.Name.Domain, new LinkDefinition.Component(address), server ?? Parent(address.Name)));

    /// <summary>Logs in to an XMPP server as a client (RFC 6120). The account is named after its bare JID.</summary>
    /// <param name="address">Where and as whom.</param>
    /// <param name="server">Whose disco items are searched for proxies; null = the JID's domain.</param>
    public ActorTransferOptions AddClient(ClientAddress address, Jid? server = null) =>
        Add(new AccountDefinition(address.Account.Bare.ToString(), new LinkDefinition.Client(address), server ?? Jid.Parse(address.Account.Domain)));

    /// <summary>Gives the process an XMPP domain of its own, for demonstrations and tests.</summary>
    public ActorTransferOptions AddLocalDomain(Jid domain)
    {
        _domain = domain;
        return this;
    }

    /// <summary>A user of the in-process domain; its account is named after its JID.</summary>
    /// <param name="user">Full JID.</param>
    public ActorTransferOptions AddLocalUser(Jid user) =>
        Add(new AccountDefinition(user.Local ?? user.Domain, new LinkDefinition.InProcess(user), Jid.Parse(user.Domain)));

    /// <summary>A bytestreams proxy of the in-process domain.</summary>
    /// <param name="component">Its JID, a domain below the in-process one.</param>
    /// <param name="listen">Where it listens; port 0 takes a free one.</param>
    /// <param name="access">Who may use it; null = everybody, whatever <c>proxy.allow</c> says.</param>
    public ActorTransferOptions AddLocalProxy(Jid component, IPEndPoint listen, ProxyAccess? access = null)
    {
        var proxy = new BytestreamsProxy.Definition(component, [listen], [], access ?? ProxyAccess.Everybody);
        return Add(new ProxyDefinition(proxy, new LinkDefinition.InProcess(component)));
    }

    /// <summary>
    /// A SOCKS5 bytestreams proxy (XEP-0065 §6) for the users of an XMPP server, which it joins as an external component (XEP-0114). <see cref="IProxies"/> watches
    /// and steers it; limits and rates are the section <c>proxy</c> of <c>hocon/reference.conf</c>.
    /// </summary>
    /// <param name="address">Where and as whom; the component's domain is the proxy's JID.</param>
    /// <param name="listen">Where it listens; port 0 takes a free one.</param>
    /// <param name="publicAddresses">
    /// Where clients are told to connect: addresses or names as they reach them, port 0 = that of the first listening address. Empty = the listening addresses,
    /// none of which may be a wildcard then.
    /// </param>
    /// <param name="access">Who may use it; null = whom <c>proxy.allow</c> lists, and without a list the domain above the component's and its users.</param>
    public ActorTransferOptions AddProxy(
        ComponentAddress address, IEnumerable<IPEndPoint> listen, IEnumerable<DnsEndPoint> publicAddresses, ProxyAccess? access = null)
    {
        var proxy = new BytestreamsProxy.Definition(address.Name, [.. listen], [.. publicAddresses], access);
        if (proxy.Listen.IsEmpty)
        {
            throw new ArgumentException("A proxy listens somewhere.", nameof(listen));
        }

        if (proxy.Public.IsEmpty && proxy.Listen.Any(at => at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any)))
        {
            throw new ArgumentException("Clients cannot connect to a wildcard address: say what they are told.", nameof(publicAddresses));
        }

        return Add(new ProxyDefinition(proxy, new LinkDefinition.Component(address)));
    }

    /// <summary>Lets <see cref="IFileTransfers.RecordAsync"/> see stanzas and states. Costs a summary a stanza.</summary>
    public ActorTransferOptions TraceStanzas() => WithHocon("actor-transfer.connection.trace = on");

    /// <summary>Where accepted files go when the acceptance names no folder.</summary>
    public ActorTransferOptions DownloadTo(string folder)
    {
        DownloadFolder = Path.GetFullPath(folder);
        return this;
    }

    /// <summary>Puts the host's own stages between file and socket, for example a virus scan.</summary>
    public ActorTransferOptions UseStages(ContentStages stages)
    {
        _stages = stages;
        return this;
    }

    /// <summary>Reaches streamhosts in the host's own way.</summary>
    public ActorTransferOptions UseConnector(IStreamHostConnector connector)
    {
        _connector = connector;
        return this;
    }

    internal EngineDefinition Build() => new()
    {
        Domain = _domain,
        Accounts = [.. _accounts],
        Proxies = [.. _proxies],
        Stages = _stages,
        Connector = _connector,
    };

    private ActorTransferOptions Add(AccountDefinition account)
    {
        if (IsTaken(account.Name))
        {
            throw new ArgumentException($"There is an account or a proxy named {account.Name} already.", nameof(account));
        }

        _accounts.Add(account);
        return this;
    }

    private ActorTransferOptions Add(ProxyDefinition proxy)
    {
        if (IsTaken(proxy.Proxy.Address.Domain))
        {
            throw new ArgumentException($"There is an account or a proxy named {proxy.Proxy.Address.Domain} already.", nameof(proxy));
        }

        _proxies.Add(proxy);
        return this;
    }

    /// <summary>Connections are named after accounts and proxies alike.</summary>
    private bool IsTaken(string name) =>
        _accounts.Exists(known => known.Name == name) || _proxies.Exists(known => known.Proxy.Address.Domain == name);

    private static Jid Parent(Jid component)
    {
        var dot = component.Domain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? component : Jid.Parse(component.Domain[(dot + 1)..]);
    }
}
