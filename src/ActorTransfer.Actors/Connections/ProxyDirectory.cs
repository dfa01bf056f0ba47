using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>What can be said to a proxy directory.</summary>
public static class ProxyDirectory
{
    /// <summary>The sender gets <see cref="Proxies"/>, from the cache or after a look.</summary>
    /// <param name="Self">Own address to ask from; null = the connection's own.</param>
    /// <param name="Extra">Proxies that are asked for their addresses besides those that the server lists, and offered before them; default = none.</param>
    public sealed record GetProxies(Jid? Self, ImmutableArray<Jid> Extra = default);

    /// <summary>The streamhosts of all proxies known, best first; perhaps none.</summary>
    /// <param name="Hosts">Where to connect.</param>
    /// <param name="Complete">False: the look was cut short, by a lost link for example, so that none found does not mean that there is none.</param>
    public sealed record Proxies(ImmutableArray<StreamHost> Hosts, bool Complete = true);

    /// <summary>What a transfer found out about a streamhost of a proxy. There is no answer.</summary>
    /// <param name="Host">As in <see cref="Proxies"/>.</param>
    /// <param name="Took">From the connect to the answered activation; null = it could not be used.</param>
    public sealed record Report(StreamHost Host, TimeSpan? Took);
}

/// <summary>
/// Knows the bytestreams proxies that a connection's server offers. Sibling of the connection under the engine's connections.
/// States: empty, looking (askers wait), known until the time to live is over. An empty result is not kept.
/// </summary>
public sealed class ProxyDirectoryActor : ReceiveActor
{
    private readonly IActorRef _connection;
    private readonly Jid _server;
    private readonly DiscoverySettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<IActorRef> _waiting = [];
    private ProxyDiscoveryState? _looking;
    private ImmutableArray<StreamHost> _known = [];
    private DateTimeOffset _knownUntil;
    private Jid? _asker;

    /// <summary>Use <see cref="Props(IActorRef, Jid, DiscoverySettings)"/>.</summary>
    public ProxyDirectoryActor(IActorRef connection, Jid server, DiscoverySettings settings)
    {
        _connection = connection;
        _server = server;
        _settings = settings;
        Receive<ProxyDirectory.GetProxies>(GetProxies);
        Receive<Connection.Answered>(Answered);
    }

    /// <summary>Makes a directory.</summary>
    /// <param name="connection">Whom to ask through.</param>
    /// <param name="server">Whose items are searched.</param>
    /// <param name="settings">Time-outs.</param>
    public static Props Props(IActorRef connection, Jid server, DiscoverySettings settings) =>
        Akka.Actor.Props.Create(() => new ProxyDirectoryActor(connection, server, settings));

    private void GetProxies(ProxyDirectory.GetProxies get)
    {
        if (!_known.IsEmpty && Context.System.Scheduler.Now < _knownUntil)
        {
            Sender.Tell(new ProxyDirectory.Proxies(_known));
            return;
        }

        _waiting.Add(Sender);
        if (_looking is null)
        {
            _asker = get.Self;
            Carry(ProxyDiscovery.Begin(_server));
        }
    }

    private void Answered(Connection.Answered answered)
    {
        if (_looking is { } state && answered.Tag is DiscoveryKey key)
        {
            Carry(ProxyDiscovery.Next(state, key, answered.Answer));
        }
    }

    private void Carry(Step<ProxyDiscoveryState, DiscoveryKey> step)
    {
        _looking = step.State;
        foreach (var key in step.Outputs)
        {
            _connection.Tell(new Connection.Ask(IqType.Get, _asker, key.To, key.Payload, _settings.QuestionTimeout, key));
        }

        if (step.State.Result is { } hosts)
        {
            Found(hosts);
        }
    }

    private void Found(ImmutableArray<StreamHost> hosts)
    {
        _looking = null;
        _known = hosts;
        _knownUntil = Context.System.Scheduler.Now + _settings.CacheTtl;
        _log.Debug("{Server} offers {Count} proxy addresses", _server, hosts.Length);
        foreach (var asker in _waiting)
        {
            asker.Tell(new ProxyDirectory.Proxies(hosts));
        }

        _waiting.Clear();
    }
}
