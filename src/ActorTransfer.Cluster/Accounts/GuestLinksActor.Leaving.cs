using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <content>
/// The account leaves this node. Transfers of other nodes end first; those that take too long, and links that no transfer uses, move to the next node as links
/// to a hub do: they write nothing more to this one, and register there.
/// </content>
internal sealed partial class GuestLinksActor
{
    /// <summary>A node that does not reply is gone.</summary>
    private static readonly TimeSpan s_holdTimeout = TimeSpan.FromSeconds(1);

    private readonly HashSet<Guest> _writing = [];
    private Phase _phase = Phase.Open;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private void BeginToLeave(Leave leave)
    {
        _phase = Phase.Draining;
        Timers.StartSingleTimer(LeavingTimer.Drain, LeavingTimer.Drain, leave.Within);
        LeaveIdle();
    }

    private void LeaveIdle()
    {
        if (_phase == Phase.Draining && _guests.Values.All(guest => guest.Asked == 0 && guest.Sessions.Count == 0))
        {
            Move();
        }
    }

    private void Move()
    {
        _phase = Phase.Moving;
        Timers.Cancel(LeavingTimer.Drain);
        Timers.StartSingleTimer(LeavingTimer.Hold, LeavingTimer.Hold, s_holdTimeout);
        _writing.UnionWith(_guests.Values);
        foreach (var guest in _guests.Values)
        {
            guest.Link.Tell(new LinkMessage.Moving());
        }

        ReportLeft();
    }

    private void Holds(Guest guest)
    {
        _writing.Remove(guest);
        ReportLeft();
    }

    private void ReportLeft()
    {
        if (_phase == Phase.Moving && _writing.Count == 0 && _guests.Values.All(guest => guest.Passing == 0))
        {
            End();
        }
    }

    private void End()
    {
        _phase = Phase.Left;
        Timers.CancelAll();
        Context.Parent.Tell(new Left());
    }

    private void TimerElapsed(LeavingTimer timer)
    {
        if (timer == LeavingTimer.Drain)
        {
            Move();
        }
        else
        {
            End();
        }
    }

    /// <summary>From the account. It gets <see cref="Left"/>.</summary>
    /// <param name="Within">Transfers that have not ended by then move.</param>
    internal sealed record Leave(TimeSpan Within);

    /// <summary>Nothing more is written for other nodes.</summary>
    internal sealed record Left;

    private enum Phase
    {
        Open,
        Draining,
        Moving,
        Left,
    }

    private enum LeavingTimer
    {
        /// <summary>Transfers had time to end.</summary>
        Drain,

        /// <summary>Nodes had time to stop writing.</summary>
        Hold,
    }
}
