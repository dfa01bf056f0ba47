using System.Collections.Immutable;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>The link of a node's proxy to the hub of its farm: reports the state of the proxy and the pairs of its users.</summary>
internal sealed class ProxyLinkActor : RemoteLinkActor
{
    /// <summary>Users in one message.</summary>
    private const int MaxUsers = 500;

    private readonly Jid _address;
    private IActorRef _proxy = ActorRefs.Nobody;

    /// <summary>Use <see cref="Props(Jid, string, ConnectionSettings, LocalTerms)"/>.</summary>
    public ProxyLinkActor(Jid address, string hub, ConnectionSettings settings, LocalTerms terms)
        : base(address.Domain, hub, settings)
    {
        _address = address;
        Receive<ProxyFarm.Terms>(changed => terms.Current = changed);
        Receive<ProxyFarm.Users>(users => TellUsers(users.Active, static some => new FarmMessage.Users(some)));
        Receive<ProxyFarm.Ended>(ended => TellUsers(ended.Pairs, static some => new FarmMessage.Ended(some)));
        Receive<ProxyFarm.State>(Report);
        Receive<ProxyFarm.Found>(found => Hub.Tell(new FarmMessage.Found(found.Number, found.HasPair)));
        Receive<FarmMessage.Find>(Find, _ => Sender.Equals(Hub));
        Receive<FarmMessage.Share>(Share, _ => Sender.Equals(Hub));
    }

    /// <param name="address">JID of the proxy.</param>
    /// <param name="hub">Path of the actor that forwards the registration to the hub.</param>
    /// <param name="settings">Limits on stanzas.</param>
    /// <param name="terms">Gets the terms of the proxy.</param>
    public static Props Props(Jid address, string hub, ConnectionSettings settings, LocalTerms terms) =>
        Akka.Actor.Props.Create(() => new ProxyLinkActor(address, hub, settings, terms));

    /// <inheritdoc/>
    protected override void Begin(Engine.Parts parts)
    {
        _proxy = parts.Proxies[_address];
        Register();
    }

    /// <summary>The reply to each request to watch has all active pairs, which a new hub needs.</summary>
    protected override void ReportAll() => _proxy.Tell(new ProxyFarm.Watch());

    private void Report(ProxyFarm.State state) => Hub.Tell(new FarmMessage.State(
        [.. state.Hosts.Select(host => new HostName(host.Host, host.Port))], state.Waiting, state.Active, state.IsFull, state.IsDraining));

    private void TellUsers(ImmutableArray<ProxyFarm.UserPairs> users, Func<ImmutableArray<UserPairs>, IClusterMessage> message)
    {
        foreach (var some in users.Chunk(MaxUsers))
        {
            Hub.Tell(message([.. some.Select(user => new UserPairs(user.User.ToString(), user.Pairs))]));
        }
    }

    private void Find(FarmMessage.Find find)
    {
        if (ReadRequest(find.Activation) is { } request)
        {
            _proxy.Tell(new ProxyFarm.Find(find.Number, request));
        }
    }

    private void Share(FarmMessage.Share share)
    {
        if (Jid.TryParse(share.User, out var user))
        {
            _proxy.Tell(new ProxyFarm.Share(user, share.Nodes));
        }
    }
}
