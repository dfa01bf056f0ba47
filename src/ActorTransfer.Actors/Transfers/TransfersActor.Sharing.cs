using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>Reports sessions and load to the links of accounts that several engines share, if there are any.</content>
internal sealed partial class TransfersActor
{
    private readonly Dictionary<IActorRef, string> _sharing = [];
    private TransferSharing.Load? _reported;

    private TransferSharing.Load Load => new(
        _transfers.Count,
        Math.Max(0, Math.Min(_limits.Admission.MaxActive - _transfers.Count, _offers.Room)),
        _offers.HasSubscriber && _services.Settings.Target.Enabled,
        _draining);

    private void Share(TransferSharing.Start start)
    {
        _sharing[Context.Watch(Sender)] = start.Account;
        var entries = _transfers.Of(start.Account);
        var keys = entries.Where(entry => entry.Key.SessionId.Length > 0).Select(entry => entry.Key);
        var transports = entries.Select(entry => entry.Transport).OfType<SessionKey>();
        Sender.Tell(new TransferSharing.Started([.. keys, .. transports], Load));
    }

    private void SessionBegan(TransferEntry entry, SessionKey key) => TellSharing(entry, new TransferSharing.SessionBegan(key));

    private void SessionEnded(TransferEntry entry, SessionKey key) => TellSharing(entry, new TransferSharing.SessionEnded(key));

    private void TellSharing(TransferEntry entry, object message)
    {
        foreach (var (link, account) in _sharing)
        {
            if (account == entry.Account)
            {
                link.Tell(message);
            }
        }
    }

    /// <summary>After each message.</summary>
    private void ReportLoad()
    {
        if (_sharing.Count == 0 || Load is var load && load == _reported)
        {
            return;
        }

        if (load.HasReader != _reported?.HasReader || load.IsDraining != _reported.IsDraining)
        {
            TellLoad();
        }
        else if (!Timers.IsTimerActive(LoadTimer.Instance))
        {
            Timers.StartSingleTimer(LoadTimer.Instance, LoadTimer.Instance, TransferSharing.Interval);
        }
    }

    private void TellLoad()
    {
        _reported = Load;
        foreach (var link in _sharing.Keys)
        {
            link.Tell(_reported);
        }
    }

    private sealed record LoadTimer
    {
        public static LoadTimer Instance { get; } = new();
    }
}
