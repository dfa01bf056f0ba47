using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>The accounts: added, connected, lost and closed.</content>
internal sealed partial class TransfersActor
{
    /// <summary>Also for peers.</summary>
    private const string AccountClosing = "the account is being closed";

    private void Add(Account account)
    {
        _accounts.Add(account);
        account.Connection.Tell(new Connection.Serve(Namespaces.StreamInitiation, Self));
        account.Connection.Tell(new Connection.Serve(Namespaces.Jingle, Self));
        account.Connection.Tell(new Connection.Serve(Namespaces.Bytestreams, Self));
        account.Connection.Tell(new Connection.Serve(Namespaces.Ibb, Self));
        account.Connection.Tell(new Connection.Subscribe());
        if (_services.Settings.Http.Receive)
        {
            account.Connection.Tell(new Connection.ServeMessages());
        }
    }

    private void Open(Transfer.OpenAccount open)
    {
        Add(open.Account);
        if (open.TakeOver is { } takeOver)
        {
            open.Account.Connection.Tell(takeOver);
        }
    }

    private void Up(Connection.Up up)
    {
        _accounts.Up(up);
        BeginOffline(up.Name);
    }

    /// <summary>Own transfers that have not begun survive a loss, unless the server refused the account; offers of peers do not.</summary>
    private void Lost(Connection.Lost lost)
    {
        _accounts.Lost(lost);
        ForgetRepeated(lost.Name);
        EndQueue(entry => entry.IsTarget && entry.Account == lost.Name, entry => LinkLost(entry, "The link to the server was lost."));
        if (lost.ForGood)
        {
            EndQueue(entry => entry.Account == lost.Name, entry => LinkLost(entry, _accounts.DescribeLoss(lost.Name)));
        }
        else
        {
            AwaitConnection(lost.Name);
        }

        foreach (var entry in _transfers.Of(lost.Name))
        {
            entry.Actor.Tell(lost);
        }
    }

    /// <summary>As <see cref="Drain(Transfer.Drain)"/>, for one account.</summary>
    private void CloseAccount(Transfer.CloseAccount close)
    {
        _accounts.BeginClosing(close.Name, Sender);
        EndQueue(entry => entry.Account == close.Name, entry => LinkLost(entry, $"Connection {close.Name}: {AccountClosing}."));
        foreach (var entry in _transfers.Of(close.Name).Where(entry => entry.IsPending && !MayStillDecide(entry)))
        {
            entry.Actor.Tell(new Transfer.Decline(entry.Id, AccountClosing) { ForNow = true, IsLeaving = true });
        }

        Timers.StartSingleTimer((nameof(AccountDrainOver), close.Name), new AccountDrainOver(close.Name), close.Within);
        ReportClosed(close.Name);
    }

    /// <summary>
    /// Peers must not notice that an account moves: the application still decides on offers that it may know. The next node gets those that have not begun.
    /// </summary>
    private bool MayStillDecide(TransferEntry entry) => _offers.HasSubscriber && _accounts[entry.Account].Moves();

    private void CancelOf(string account)
    {
        var entries = _transfers.Of(account);
        _log.Write(TransfersLog.DrainTimedOut, entries.Count);
        foreach (var entry in entries)
        {
            Cancel(entry, new Transfer.Cancel(entry.Id) { Reason = AccountClosing, KeepsPart = true });
        }
    }

    /// <summary>A closing account is removed when its last transfer has ended.</summary>
    private void ReportClosed(string account)
    {
        if (_transfers.Of(account).Count == 0 && _accounts.RemoveClosing(account) is { } closer)
        {
            Timers.Cancel((nameof(AccountDrainOver), account));
            closer.Tell(new Transfer.AccountClosed(account));
        }
    }

    private sealed record AccountDrainOver(string Name);
}
