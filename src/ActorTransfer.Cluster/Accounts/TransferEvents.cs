using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>The events of a transfer as messages between nodes, and back.</summary>
internal static class TransferEvents
{
    private const int Completed = 1;
    private const int Refused = 2;
    private const int Cancelled = 3;
    private const int Failed = 4;

    /// <summary>Null for an event that stays on its node.</summary>
    public static IClusterMessage? ToMessage(Transfer.IEvent happened) => happened switch
    {
        Transfer.Queued queued => new AccountMessage.Queued((int)queued.Limit),
        Transfer.Entered entered => new AccountMessage.Entered((int)entered.State, entered.At.ToUnixTimeMilliseconds(), entered.Self.ToString()),
        Transfer.Paused paused => new AccountMessage.Paused(paused.IsPaused),
        Transfer.ResourceFound found => new AccountMessage.PeerFound(found.Peer.ToString()),
        Transfer.SignallingSelected selected => new AccountMessage.SignallingSelected((int)selected.Signalling),
        Transfer.MethodSelected selected => new AccountMessage.MethodSelected((int)selected.Method, selected.Host ?? ""),
        Transfer.Progressed progressed => new AccountMessage.Progressed(progressed.Bytes, progressed.Total),
        _ => null,
    };

    /// <summary>Null for a message without a meaning here.</summary>
    /// <param name="id">Id of the transfer.</param>
    /// <param name="message">From the node where it runs.</param>
    public static Transfer.IEvent? ToEvent(TransferId id, IClusterMessage message) => message switch
    {
        AccountMessage.Queued queued => new Transfer.Queued(id, (AdmissionLimit)queued.Limit),
        AccountMessage.Entered entered when Jid.TryParse(entered.Self, out var self) =>
            new Transfer.Entered(id, (TransferState)entered.State, DateTimeOffset.FromUnixTimeMilliseconds(entered.At), self),
        AccountMessage.Paused paused => new Transfer.Paused(id, paused.IsPaused),
        AccountMessage.PeerFound found when Jid.TryParse(found.Peer, out var peer) => new Transfer.ResourceFound(id, peer),
        AccountMessage.SignallingSelected selected => new Transfer.SignallingSelected(id, (Signalling)selected.Signalling),
        AccountMessage.MethodSelected selected =>
            new Transfer.MethodSelected(id, (StreamMethod)selected.Method, selected.Host.Length > 0 ? selected.Host : null),
        AccountMessage.Progressed progressed => new Transfer.Progressed(id, progressed.Bytes, progressed.Total),
        AccountMessage.Ended ended => new Transfer.Ended(id, ToOutcome(ended)),
        _ => null,
    };

    public static AccountMessage.Ended ToMessage(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Completed done => new(
            Completed, 0, 0, 0, "", done.Bytes, done.Sha256 ?? "", done.Method is { } method ? (int)method + 1 : 0, (int)done.Delivery),
        TransferOutcome.Refused refused => new(Refused, 0, (int)refused.By, 0, refused.Reason, 0, "", 0, 0),
        TransferOutcome.Cancelled cancelled => new(Cancelled, (int)cancelled.Phase, (int)cancelled.By, 0, cancelled.Reason ?? "", 0, "", 0, 0),
        TransferOutcome.Failed failed => new(Failed, (int)failed.Phase, (int)failed.Side, (int)failed.Reason, failed.Detail, 0, "", 0, 0),
        _ => throw new ArgumentException($"Unknown outcome {outcome}.", nameof(outcome)),
    };

    public static FileDescription ToDescription(OfferedFile file) => new(
        file.Name,
        file.Size,
        file.Date == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(file.Date),
        file.Md5.Length == 0 ? null : file.Md5,
        file.Description.Length == 0 ? null : file.Description,
        MimeType: file.MimeType);

    public static OfferedFile ToMessage(FileDescription file) => new(
        file.Name, file.Size, file.Date?.ToUnixTimeMilliseconds() ?? 0, file.Md5 ?? "", file.Description ?? "", file.MimeType);

    private static TransferOutcome ToOutcome(AccountMessage.Ended ended) => ended.Kind switch
    {
        Completed => new TransferOutcome.Completed(ended.Bytes, ended.Sha256.Length == 0 ? null : ended.Sha256)
        {
            Method = ended.Method == 0 ? null : (StreamMethod)(ended.Method - 1),
            Delivery = (Delivery)ended.Delivery,
        },
        Refused => new TransferOutcome.Refused((TransferSide)ended.Side, ended.Detail),
        Cancelled => new TransferOutcome.Cancelled((TransferState)ended.Phase, (TransferSide)ended.Side)
        {
            Reason = ended.Detail.Length == 0 ? null : ended.Detail,
        },
        _ => new TransferOutcome.Failed((TransferState)ended.Phase, (TransferSide)ended.Side, (FailureReason)ended.Reason, ended.Detail),
    };
}
