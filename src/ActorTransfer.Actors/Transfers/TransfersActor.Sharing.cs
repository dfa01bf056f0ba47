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
        var keys = _transfers.Of(start.Account).Where(entry => entry.Key.SessionId.Length > 0).Select(entry => entry.Key);
        Sender.Tell(new TransferSharing.Started([.. keys], Load));
    }

    private void SessionBegan(TransferEntry entry) => TellSharing(entry, static key => new TransferSharing.SessionBegan(key));

    private void SessionEnded(TransferEntry entry) => TellSharing(entry, static key => new TransferSharing.SessionEnded(key));

    private void TellSharing(TransferEntry entry, Func<SessionKey, object> message)
    {
        foreach (var (link, account) in _sharing)
        {
            if (account == entry.Account)
            {
                link.Tell(message(entry.Key));
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
