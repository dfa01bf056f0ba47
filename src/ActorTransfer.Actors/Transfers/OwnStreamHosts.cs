using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Collects the streamhosts that one side of a transfer can offer, and lets the listener expect the peer. Confined to the transfer's actor, which gets
/// <see cref="DirectStreamHost.Addresses"/> and <see cref="ProxyDirectory.Proxies"/> and passes the first one on.
/// </summary>
/// <param name="account">Its proxies are offered.</param>
/// <param name="services">The listener.</param>
/// <param name="self">This side's full JID.</param>
/// <param name="extra">Proxies that are offered besides those of the server.</param>
/// <param name="actor">The transfer's actor.</param>
internal sealed class OwnStreamHosts(Account account, TransferServices services, Jid self, ImmutableArray<Jid> extra, IActorRef actor)
{
    private StreamMethods _methods;
    private DestinationAddress? _expected;

    /// <summary>Own addresses, the best first.</summary>
    public ImmutableArray<StreamHost> Direct { get; private set; } = [];

    /// <summary>Begins: the actor gets own addresses, then proxies.</summary>
    /// <param name="methods">Allowed methods.</param>
    /// <param name="peer">Who gets them.</param>
    public void Find(StreamMethods methods, Jid peer)
    {
        _methods = methods;
        if (methods.HasFlag(StreamMethods.Direct) && !services.StreamHost.IsNobody())
        {
            services.StreamHost.Tell(new DirectStreamHost.GetAddresses(peer), actor);
        }
        else
        {
            DirectFound([]);
        }
    }

    /// <summary>If own addresses are available, slow proxy discovery is not awaited.</summary>
    public void DirectFound(ImmutableArray<DnsEndPoint> endPoints)
    {
        Direct = [.. endPoints.Select(at => new StreamHost(self, at.Host, at.Port))];
        if (_methods.HasFlag(StreamMethods.Proxy))
        {
            account.Proxies.Tell(new ProxyDirectory.GetProxies(self, extra, HasOthers: !Direct.IsEmpty), actor);
        }
        else
        {
            actor.Tell(new ProxyDirectory.Proxies([]));
        }
    }

    /// <summary>The listener accepts the peer's connections, as far as it has any address.</summary>
    /// <param name="destination">What the peer requests by the formula.</param>
    /// <param name="variants">What it may request instead.</param>
    /// <returns>False: there is no own address.</returns>
    public bool Expect(DestinationAddress destination, IEnumerable<DestinationAddress> variants)
    {
        if (Direct.IsEmpty)
        {
            return false;
        }

        _expected = destination;
        services.StreamHost.Tell(new DirectStreamHost.Expect(destination, [.. variants]), actor);
        return true;
    }

    /// <summary>The peer uses no direct connection, though it may have opened some.</summary>
    public void Dismiss()
    {
        if (_expected is { } destination)
        {
            _expected = null;
            services.StreamHost.Tell(new DirectStreamHost.Dismiss(destination));
        }
    }
}
