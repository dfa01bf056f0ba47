using System.Collections.Immutable;
using System.Reflection;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors;

/// <summary>
/// The one top-level actor. Children: <c>connection-{name}</c>, <c>proxies-{name}</c>, <c>contacts-{name}</c>, <c>stream-host</c>, <c>transfers</c>,
/// <c>proxy-{jid}</c>, <c>undelivered-requests</c>. Each of them holds a table of independent entries (transfers, pending requests, pairs, proxies), so a fault
/// affects only the message that caused it: the child resumes with its table; its children and siblings are not affected. A child that cannot start stops the
/// engine.
/// </summary>
internal sealed class EngineActor : ReceiveActor
{
    private readonly EngineSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ConnectionFactory _factory;
    private readonly IActorRef _transfers;
    private readonly HashSet<IActorRef> _followers = [];
    private readonly Dictionary<string, ClosingAccount> _closing = [];
    private Engine.Parts _parts;

    /// <summary>Use <see cref="Props(EngineDefinition, EngineSettings)"/>.</summary>
    public EngineActor(EngineDefinition definition, EngineSettings settings)
    {
        _settings = settings;
        _factory = new ConnectionFactory(settings.Connection, settings.Http.Receive);
        Context.ActorOf(UndeliveredRequestsActor.Props, "undelivered-requests");
        var accounts = definition.Accounts.Select(account => Open(account)).ToImmutableArray();
        var proxies = definition.Proxies.Select(Open).ToImmutableArray();
        var streamHost = settings.StreamHost.Enabled
            ? Context.ActorOf(StreamHostActor.Props(settings), "stream-host")
            : ActorRefs.Nobody;
        var connector = definition.Connector ?? new TcpStreamHostConnector(settings.ChunkSize, settings.Addresses, definition.Addresses);
        var services = new TransferServices(settings, connector, streamHost, definition.Stages)
        {
            Node = definition.Node,
            Requests = definition.Requests,
            Allows = new AddressCheck(settings.Addresses, definition.Addresses).Allows,
        };
        _transfers = Context.Watch(Context.ActorOf(TransfersActor.Props(accounts, services), "transfers"));

        _parts = new Engine.Parts(
            _transfers,
            accounts.ToImmutableDictionary(account => account.Name, account => account.Connection),
            proxies.ToImmutableDictionary(proxy => proxy.Address, proxy => proxy.Actor))
        {
            Engine = Self,
            Definitions = definition.Accounts.ToImmutableDictionary(account => account.Name),
            ProxyConnections = proxies.ToImmutableDictionary(proxy => proxy.Address, proxy => proxy.Connection),
            Contacts = accounts.ToImmutableDictionary(account => account.Name, account => account.Contacts),
            StreamHost = streamHost,
            Connector = connector,
        };
        // When the transfers actor responds, it has registered at the connections: an engine that is ready does not refuse offers.
        Receive<Engine.GetParts>(get => _transfers.Tell(new Identify((get, Sender))));
        Receive<ActorIdentity>(identity => TellParts(((Engine.GetParts, IActorRef))identity.MessageId));
        Receive<Engine.OpenAccount>(OpenAccount);
        Receive<Engine.CloseAccount>(CloseAccount);
        Receive<Transfer.AccountClosed>(closed => StopAccount(closed.Name));
        Receive<Connection.HandedOver>(HandedOver);
        Receive<Contacts.Left>(ContactsLeft);
        Receive<AccountActorStopped>(stopped => AccountStopped(stopped.Name));
        Receive<Engine.Reload>(reload => Reload(reload.Settings, reload.Proxies));
        Receive<Terminated>(_ => Stopped(), ended => ended.ActorRef.Equals(_transfers));
        Receive<Terminated>(ended => _followers.Remove(ended.ActorRef));
    }

    public static Props Props(EngineDefinition definition, EngineSettings settings) =>
        Akka.Actor.Props.Create(() => new EngineActor(definition, settings));

    /// <inheritdoc/>
    protected override void PreStart() => PollerFaults.Subscribe(SocketFailed);

    /// <inheritdoc/>
    protected override void PostStop() => PollerFaults.Unsubscribe(SocketFailed);

    /// <summary>Called on a socket thread; the log forwards it from there.</summary>
    private void SocketFailed(string what, Exception fault) => _log.Write(fault, EngineLog.SocketThreadFailed, what);

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(maxNrOfRetries: -1, withinTimeMilliseconds: Timeout.Infinite, localOnlyDecider: Decide, loggingEnabled: false);

    private void Reload(EngineSettings settings, ImmutableArray<BytestreamsProxy.Definition> changed)
    {
        _transfers.Tell(new Transfer.Reload(settings));
        var applied = _settings.Reloaded(settings).Proxy;
        foreach (var (address, proxy) in _parts.Proxies)
        {
            proxy.Tell(new BytestreamsProxy.Reload(applied, changed.FirstOrDefault(one => one.Address == address)?.AllowedBy(applied)));
        }
    }

    private void TellParts((Engine.GetParts Get, IActorRef Sender) request)
    {
        if (request.Get.Follows)
        {
            _followers.Add(Context.Watch(request.Sender));
        }

        request.Sender.Tell(_parts);
    }

    private void OpenAccount(Engine.OpenAccount open)
    {
        var name = open.Account.Name;
        if (_parts.Connections.ContainsKey(name) || _parts.ProxyConnections.Keys.Any(proxy => proxy.Domain == name))
        {
            var until = _closing.ContainsKey(name) ? " It is being closed." : "";
            Sender.Tell(new Engine.AccountRefused(name, $"There already is an account or proxy named {name}.{until}"));
            return;
        }

        var account = Open(open.Account, open.HandOver is not null);
        _transfers.Tell(new Transfer.OpenAccount(account) { TakeOver = open.HandOver is { } left ? new Connection.TakeOver(left) : null });
        var opened = new Engine.AccountOpened(open.Account, account.Connection, account.Contacts);
        _parts = _parts.With(opened);
        TellFollowers(opened);
        Sender.Tell(opened);
    }

    private void CloseAccount(Engine.CloseAccount close)
    {
        if (!_parts.Connections.ContainsKey(close.Name))
        {
            Sender.Tell(new Engine.AccountRefused(close.Name, $"There is no account named {close.Name}."));
            return;
        }

        if (!_closing.TryGetValue(close.Name, out var closing))
        {
            _closing.Add(close.Name, closing = new ClosingAccount { HandsOver = close.HandsOver });
            _transfers.Tell(new Transfer.CloseAccount(close.Name, close.Within));
        }

        closing.Requesters.Add(Sender);
    }

    /// <summary>No transfer uses it any more.</summary>
    private void StopAccount(string name)
    {
        var (connection, handsOver) = (_parts.Connections[name], _closing[name].HandsOver);
        IActorRef[] others = [_parts.Contacts[name], Context.Child(ProxiesOf(name))];
        foreach (var actor in others.Append(connection))
        {
            Context.WatchWith(actor, new AccountActorStopped(name));
        }

        foreach (var actor in others.Skip(handsOver ? 1 : 0))
        {
            Context.Stop(actor);
        }

        connection.Tell(new Connection.Close { HandsOver = handsOver });
    }

    /// <summary>No further presence arrives.</summary>
    private void HandedOver(Connection.HandedOver handedOver)
    {
        _closing[handedOver.Name].HandOver = handedOver.HandOver;
        _parts.Contacts[handedOver.Name].Tell(new Contacts.Leave(handedOver.Name));
    }

    private void ContactsLeft(Contacts.Left left)
    {
        var closing = _closing[left.Account];
        closing.HandOver = closing.HandOver with { Stanzas = [.. left.Presences, .. closing.HandOver.Stanzas] };
    }

    /// <summary>The last of its actors was stopped, too: their names can be used again.</summary>
    private void AccountStopped(string name)
    {
        if (++_closing[name].Stopped < 3)
        {
            return;
        }

        _closing.Remove(name, out var closing);
        var closed = new Engine.AccountClosed(name) { HandOver = closing!.HandOver };
        _parts = _parts.Without(closed);
        TellFollowers(closed);
        closing.Requesters.ForEach(requester => requester.Tell(closed));
    }

    private void TellFollowers(object happened)
    {
        foreach (var follower in _followers)
        {
            follower.Tell(happened);
        }
    }

    private Directive Decide(Exception exception)
    {
        var atStart = exception is ActorInitializationException;
        var cause = Cause(exception);
        if (atStart)
        {
            _log.Write(cause, EngineLog.StartFailed, cause.Message);
        }
        else
        {
            _log.Write(cause, EngineLog.ActorFailed, cause.Message);
        }

        EngineMetrics.Of(Context.System).ActorFailed();
        Context.System.EventStream.Publish(new Engine.Fault(cause.Message, atStart) { Engine = Self });
        return atStart ? Directive.Escalate : Directive.Resume;
    }

    /// <summary>The actor's own exception, without wrappers.</summary>
    private static Exception Cause(Exception exception) =>
        exception is ActorInitializationException or TargetInvocationException && exception.InnerException is { } inner ? Cause(inner) : exception;

    private Account Open(AccountDefinition account, bool takesOver = false)
    {
        var name = Uri.EscapeDataString(account.Name);
        var connection = Context.ActorOf(_factory.Create(account.Name, account.Link, Engine.Info, account.Moves, takesOver), $"connection-{name}");
        var proxies = Context.ActorOf(ProxyDirectoryActor.Props(connection, account.Server, _settings.Discovery), ProxiesOf(account.Name));
        var contacts = Context.ActorOf(ContactsActor.Props(connection, _settings.Discovery), $"contacts-{name}");
        return new Account(account.Name, connection, proxies, contacts)
        {
            Moves = account.Moves ?? (static () => false),
            Server = account.Link is LinkDefinition.Client ? null : account.Server,
            Roots = account.Link switch
            {
                LinkDefinition.Client client => client.Address.Roots,
                LinkDefinition.Component component => component.Address.Roots,
                _ => null,
            },
        };
    }

    private static string ProxiesOf(string account) => $"proxies-{Uri.EscapeDataString(account)}";

    private (Jid Address, IActorRef Actor, IActorRef Connection) Open(ProxyDefinition proxy)
    {
        var name = proxy.Proxy.Address.Domain;
        var connection = Context.ActorOf(_factory.Create(name, proxy.Link, ProxyActor.Info), $"connection-{name}");
        return (proxy.Proxy.Address, Context.ActorOf(ProxyActor.Props(proxy.Proxy, connection, _settings), $"proxy-{name}"), connection);
    }

    /// <summary>The transfers actor is only stopped from outside. Without it, the engine would silently lose messages.</summary>
    private void Stopped()
    {
        _log.Write(EngineLog.EngineStopped);
        Context.Stop(Self);
    }

    private sealed class ClosingAccount
    {
        public List<IActorRef> Requesters { get; } = [];

        /// <summary>See <see cref="Engine.CloseAccount.HandsOver"/>.</summary>
        public bool HandsOver { get; init; }

        /// <summary>What the connection left.</summary>
        public SessionHandOver HandOver { get; set; } = SessionHandOver.None;

        /// <summary>Number of its actors that have stopped.</summary>
        public int Stopped { get; set; }
    }

    /// <summary>The connection, the contacts or the proxies of an account that is being closed.</summary>
    private sealed record AccountActorStopped(string Name);
}
