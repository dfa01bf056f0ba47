using System.Collections.Concurrent;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>A user of the in-process domain without the engine, who activates pairs of its proxy.</summary>
internal sealed class BareUser
{
    private static readonly Jid Self = Jid.Parse("bare@local.test/loops");
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Iq>> _pending = [];
    private readonly IActorRef _link;
    private readonly Jid _proxy;
    private long _lastId;

    public BareUser(ActorSystem system, LocalDomain domain, Jid proxy)
    {
        _proxy = proxy;
        _link = system.ActorOf(ActorProps.Create(() => new Link(domain, this)));
    }

    /// <summary>Opens and activates a pair.</summary>
    public async Task<BarePair> OpenAsync()
    {
        var host = ProxyAddress.Read((await RequestAsync(IqType.Get, ProxyAddress.Query())).Payload)[0];
        var session = FormattableString.Invariant($"bare-{Interlocked.Increment(ref _lastId)}");
        var pair = await BarePair.ConnectAsync(host.Host, host.Port, DestinationAddress.Compute(session, Self, Self).Hex);
        var activated = await RequestAsync(IqType.Set, new Activation(session, Self).ToXml());
        return activated.Type == IqType.Result ? pair : throw new IOException($"The proxy did not activate: {activated.Error}");
    }

    private Task<Iq> RequestAsync(IqType type, XmlElement payload)
    {
        TaskCompletionSource<Iq> response = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = FormattableString.Invariant($"b{Interlocked.Increment(ref _lastId)}");
        _pending[id] = response;
        _link.Tell(new Iq(type, id, Self, _proxy, payload));
        return response.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private void Answered(Iq stanza)
    {
        if (_pending.TryRemove(stanza.Id, out var pending))
        {
            pending.SetResult(stanza);
        }
    }

    private sealed class Link : ReceiveActor
    {
        public Link(LocalDomain domain, BareUser user)
        {
            Receive<Iq>(stanza =>
            {
                if (domain.Route(BareUser.Self, stanza) is { } answer)
                {
                    user.Answered(answer);
                }
            });
            Receive<StanzaLink.Received>(received => user.Answered(received.Stanza));
            if (!domain.TryAttach(BareUser.Self, Self))
            {
                throw new InvalidOperationException("The domain has such a user already.");
            }
        }
    }
}
