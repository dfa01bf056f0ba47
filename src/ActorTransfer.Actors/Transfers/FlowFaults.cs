using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Http;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Interprets the exception that ended a byte flow.</summary>
internal static class FlowFaults
{
    /// <param name="exception">The failure of the flow.</param>
    /// <param name="source">The side that is responsible for a wrong number of bytes: their source.</param>
    /// <param name="limitedByQuota">Whether a quota set the maximum of a file without a size.</param>
    public static FlowEnd Read(Exception exception, TransferSide source, bool limitedByQuota) => exception switch
    {
        AggregateException { InnerExceptions.Count: > 0 } many => Read(many.InnerExceptions[0], source, limitedByQuota),
        ByteLinkException { Fault: ByteLinkFault.PeerClosedEarly } => new FlowEnd.ClosedByPeer(),
        ByteLinkException { Fault: ByteLinkFault.PeerStalled } stalled => Broken(TransferSide.Peer, FailureReason.Timeout, stalled),
        ByteLinkException { Fault: ByteLinkFault.CarrierLost } lost => Broken(TransferSide.Server, FailureReason.LinkLost, lost),
        ByteLinkException { Fault: ByteLinkFault.PeerRefused } refused => Broken(TransferSide.Peer, FailureReason.InBandRefused, refused),
        ByteLinkException { Fault: ByteLinkFault.PeerReset } reset => Broken(TransferSide.Peer, FailureReason.ConnectionLost, reset),
        ByteLinkException link => Broken(TransferSide.Local, FailureReason.ConnectionLost, link),
        LengthException { Fault: LengthFault.AboveLimit } when limitedByQuota =>
            new FlowEnd.Broken(TransferSide.Local, FailureReason.Overloaded, FileQuotas.UsedUp),
        LengthException length => Broken(source, FailureReason.WrongLength, length) with { IsShort = length.Fault == LengthFault.TooShort },
        WrongHashException hash => Broken(TransferSide.Peer, FailureReason.WrongHash, hash),
        IncomingFileException { Reason: IncomingFileFault.NoSpace } full =>
            Broken(TransferSide.Local, FailureReason.NoSpace, full) with { PartialFile = full.PartialFile },
        IncomingFileException { Reason: IncomingFileFault.Rejected } rejected => Broken(TransferSide.Local, FailureReason.Rejected, rejected),
        IncomingFileException file => Broken(TransferSide.Local, FailureReason.FileUnwritable, file) with { PartialFile = file.PartialFile },
        HttpTransferException http => Broken(TransferSide.Server, http.Reason, http) with { MayPass = http.MayPass },
        FileShrankException or FileNotFoundException or UnauthorizedAccessException => Broken(TransferSide.Local, FailureReason.FileUnreadable, exception),
        IOException when source == TransferSide.Local => Broken(TransferSide.Local, FailureReason.FileUnreadable, exception),
        _ => Broken(TransferSide.Local, FailureReason.InternalError, exception),
    };

    /// <summary>What the peer is told when its file cannot be stored: only the kind of fault. The exception's message may contain local paths.</summary>
    public static StanzaError ToPeer(Exception exception) => StanzaError.ResourceConstraint.WithText(Kind(exception) switch
    {
        IncomingFileFault.NoSpace => "There is not enough space for the file.",
        IncomingFileFault.TooLarge => "The file is too large to be stored here.",
        _ => "The file cannot be stored here.",
    });

    private static IncomingFileFault Kind(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions.Count: > 0 } many => Kind(many.InnerExceptions[0]),
        IncomingFileException file => file.Reason,
        _ => IncomingFileFault.Other,
    };

    private static FlowEnd.Broken Broken(TransferSide side, FailureReason reason, Exception exception) => new(side, reason, exception.Message);
}
