using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Simulation.InBand;

/// <summary>The end of a byte flow for the fault of an in-band bytestream, as the actors read it.</summary>
internal static class InBandFaults
{
    public static FlowEnd Read(IbbFault fault, string reason) => fault switch
    {
        IbbFault.PeerClosed => new FlowEnd.ClosedByPeer(),
        IbbFault.PeerStalled => new FlowEnd.Broken(TransferSide.Peer, FailureReason.Timeout, reason),
        IbbFault.LinkLost => new FlowEnd.Broken(TransferSide.Server, FailureReason.LinkLost, reason),
        IbbFault.PeerRefused or IbbFault.OutOfOrder => new FlowEnd.Broken(TransferSide.Peer, FailureReason.InBandRefused, reason),
        _ => new FlowEnd.Broken(TransferSide.Local, FailureReason.ConnectionLost, reason),
    };
}
