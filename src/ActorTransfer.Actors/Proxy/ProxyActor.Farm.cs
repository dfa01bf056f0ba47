using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Proxy;

/// <content>What a proxy that is one of several under one JID reports, and is told.</content>
internal sealed partial class ProxyActor
{
    private readonly HashSet<IActorRef> _watchers = [];
    private readonly Dictionary<Jid, int> _ended = [];
    private (XmlElement? Addresses, int Waiting, int Active, bool IsFull, bool IsDraining) _reported;

    private (XmlElement? Addresses, int Waiting, int Active, bool IsFull, bool IsDraining) Current =>
        (Addresses(), _pairs.Counters.Waiting, _pairs.Counters.Active, _pairs.IsFull, _draining);

    private void ReceiveFarm()
    {
        Receive<ProxyFarm.Watch>(_ => Watched());
        Receive<ProxyFarm.Find>(find => Sender.Tell(new ProxyFarm.Found(find.Number, HasPair(find.Activation))));
        Receive<ProxyFarm.Share>(share => _pairs.Rates.Divide(share.User, share.Proxies));
        Receive<Terminated>(ended => _watchers.Remove(ended.ActorRef));
    }

    /// <summary>A proxy that is not part of a farm counts nothing for it.</summary>
    private void Watched()
    {
        ReportToFarm();
        _pairs.Usage.Released ??= user => _ended[user] = _ended.GetValueOrDefault(user) + 1;
        _watchers.Add(Context.Watch(Sender));
        _reported = Current;
        Sender.Tell(new ProxyFarm.Terms(_allowed, _pairs.Quotas));
        Sender.Tell(new ProxyFarm.Users([.. _pairs.Usage.ActiveByJid.Select(user => new ProxyFarm.UserPairs(user.Key, user.Value))]));
        Sender.Tell(ToState());
    }

    private void ReportToFarm()
    {
        if (_watchers.Count > 0)
        {
            if (_ended.Count > 0)
            {
                TellFarm(new ProxyFarm.Ended([.. _ended.Select(user => new ProxyFarm.UserPairs(user.Key, user.Value))]));
            }

            if (Current is var current && current != _reported)
            {
                _reported = current;
                TellFarm(ToState());
            }
        }

        _ended.Clear();
    }

    private ProxyFarm.State ToState() => new(
        [.. ProxyAddress.Read(_reported.Addresses)], _reported.Waiting, _reported.Active, _reported.IsFull, _reported.IsDraining);

    private void TellFarm(object report)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Tell(report);
        }
    }

    private bool HasPair(Iq request) =>
        request is { From: { } from, Payload: { } payload } && Activation.TryRead(payload, out var activation, out _)
        && Find(activation, from, request.FromText) is not null;
}
