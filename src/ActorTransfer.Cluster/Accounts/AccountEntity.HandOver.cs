using System.Collections.Immutable;
using System.Diagnostics;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace ActorTransfer.Cluster.Accounts;

/// <content>
/// The account moves. The previous node tells what it leaves: a session that the next one resumes (XEP-0198), who is online, and offers that it did not handle.
/// The message goes through the shard region, which keeps it until the account lives on the next node. There it finds the account already started, since all
/// nodes remember the accounts: so the account waits for it for a moment, unless there is no node from which it could come.
/// </content>
internal sealed partial class AccountEntity
{
    /// <summary>Characters of stanzas in one message, which has to fit into a frame between nodes.</summary>
    private const int MaxPart = 256 * 1024;

    /// <summary>The message follows within milliseconds. If it comes later, an ordinary login replaces the session.</summary>
    private static readonly TimeSpan s_handOverTimeout = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _leaving = new();
    private SessionHandOver _handOver = SessionHandOver.None;
    private bool _awaitsHandOver;
    private Found? _found;
    private long _closingSince;

    private void AwaitHandOver()
    {
        _awaitsHandOver = _services.Others.MayHandOver;
        if (_awaitsHandOver)
        {
            Timers.StartSingleTimer(HandOverTimedOut.Instance, HandOverTimedOut.Instance, s_handOverTimeout);
        }
    }

    private void TakeOver(AccountMessage.HandOver left)
    {
        if (!_awaitsHandOver)
        {
            _log.Write(ClusterLog.HandOverLate, _name);
            return;
        }

        var text = new StanzaText(_services.Engine.Settings.Connection.Limits);
        _handOver = _handOver with { Stanzas = _handOver.Stanzas.AddRange(left.Stanzas.Select(text.Parse).OfType<XmlElement>()) };
        if (!left.IsPart)
        {
            if (Jid.TryParse(left.Self, out var self))
            {
                var position = new StreamPosition(left.Session, unchecked((uint)left.Received), unchecked((uint)left.Sent));
                _handOver = _handOver with { Self = self, Position = position };
            }

            AwaitNoLonger();
        }
    }

    private void AwaitNoLonger()
    {
        _awaitsHandOver = false;
        Timers.Cancel(HandOverTimedOut.Instance);
        if (_found is { } found)
        {
            Open(found);
        }
    }

    /// <summary>Only a session of the same account can be resumed.</summary>
    private SessionHandOver HandOverOf(Jid account) =>
        _handOver.Self is { } self && self.Bare != account.Bare ? SessionHandOver.None : _handOver;

    /// <summary>Called by actors of the engine, too.</summary>
    private Func<bool> IsLeaving()
    {
        var (services, leaving) = (_services, _leaving.Token);
        return () => services.AreLeaving || (leaving.IsCancellationRequested && services.Others.CanTakeOver);
    }

    /// <summary>To another node, or the account is not known any more.</summary>
    private void Stop()
    {
        _isStopping = true;
        _leaving.Cancel();
        if (_opened is not null)
        {
            Close();
        }
        else if (!_isOpening || _found is not null || Timers.IsTimerActive(Retry.Instance))
        {
            Context.Stop(Self);
        }
        else
        {
            _life.Cancel(); // the reply of the directory or of the engine comes
        }
    }

    /// <summary>Transfers of other nodes end first, while the account is open.</summary>
    private void Close()
    {
        if (_isClosing)
        {
            return;
        }

        _isClosing = true;
        _closingSince = Stopwatch.GetTimestamp();
        _services.Facts.Place(_name, isMoving: true);
        if (_guests.IsNobody())
        {
            CloseAccount();
        }
        else
        {
            _guests.Tell(new GuestLinksActor.Leave(_services.DrainTimeout));
        }
    }

    private void CloseAccount()
    {
        var left = _services.DrainTimeout - Stopwatch.GetElapsedTime(_closingSince);
        _engine.Tell(new Engine.CloseAccount(_name, left > TimeSpan.Zero ? left : TimeSpan.Zero) { HandsOver = _isStopping && _services.Others.CanTakeOver });
    }

    private void Closed(Engine.AccountClosed closed)
    {
        _log.Write(ClusterLog.AccountClosed, _name);
        _handOver = closed.HandOver;
        _opened = null;
        _isClosing = false;
        Context.Unwatch(_engine);
        if (!_guests.IsNobody())
        {
            Context.Stop(_guests);
            _guests = ActorRefs.Nobody;
        }

        if (_isStopping)
        {
            Context.Stop(Self);
        }
        else
        {
            Find();
        }
    }

    /// <summary>Before everything else that the next node gets for the account.</summary>
    private void HandOver()
    {
        if (!_isStopping || _isUnknown || !_services.Others.CanTakeOver)
        {
            return;
        }

        var region = ClusterSharding.Get(Context.System).ShardRegion(AccountRegion.TypeName);
        var part = ImmutableArray.CreateBuilder<string>();
        var length = 0;
        foreach (var stanza in _handOver.Stanzas.Select(stanza => stanza.ToString()))
        {
            if (length > 0 && length + stanza.Length > MaxPart)
            {
                region.Tell(new AccountMessage.HandOver(_name, "", "", 0, 0, part.DrainToImmutable(), IsPart: true));
                length = 0;
            }

            part.Add(stanza);
            length += stanza.Length;
        }

        region.Tell(new AccountMessage.HandOver(
            _name,
            _handOver.Self?.ToString() ?? "",
            _handOver.Position?.Id ?? "",
            _handOver.Position?.Received ?? 0,
            _handOver.Position?.Sent ?? 0,
            part.DrainToImmutable(),
            IsPart: false));
    }

    private sealed record HandOverTimedOut
    {
        public static HandOverTimedOut Instance { get; } = new();
    }
}
