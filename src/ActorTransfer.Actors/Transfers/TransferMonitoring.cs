namespace ActorTransfer.Actors.Transfers;

/// <summary>Messages between the transfers and the one actor that monitors all of them. Without it they cost nothing.</summary>
internal static class TransferMonitoring
{
    /// <summary>
    /// The sender gets <see cref="Added"/> for each transfer that has not ended, <see cref="Started"/>, and <see cref="Added"/> for each later one; from then
    /// on the events of the transfer (<see cref="Transfer.IEvent"/>), as its observer does, and <see cref="InSession"/>. Replaces an earlier sender.
    /// </summary>
    public sealed record Start;

    /// <summary>All transfers that there were at <see cref="Start"/> have been added.</summary>
    public sealed record Started;

    /// <summary>A transfer was added: it begins, or is queued.</summary>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="IsIncoming">True: the target.</param>
    /// <param name="Account">Name of the account that it uses.</param>
    /// <param name="Peer">The other side.</param>
    /// <param name="File">The transferred file.</param>
    /// <param name="IsQueued">It has not begun.</param>
    public sealed record Added(TransferId Id, bool IsIncoming, string Account, Jid Peer, FileDescription File, bool IsQueued);

    /// <summary>The transfer has begun with this session id, or continues under it; or it has this transport.</summary>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="Self">This side's full JID.</param>
    /// <param name="Peer">The peer.</param>
    /// <param name="SessionId">The sid.</param>
    public sealed record InSession(TransferId Id, Jid Self, Jid Peer, string SessionId);
}
