using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// Messages of the two actors of in-band bytestreams to their parent: <see cref="Opened"/> or <see cref="Refused"/>, once. They get
/// requests and messages of their session from the connection, see <see cref="Connections.Connection.ServeInBand"/>.
/// </summary>
internal static class InBandBytestream
{
    /// <summary>
    /// The stream is open. The parent owns the link; the actor stops when it is disposed. A sender's link has no incoming bytes, a
    /// receiver's takes no outgoing ones.
    /// </summary>
    public sealed record Opened(IByteLink Link);

    /// <summary>The stream was not opened; the actor stops. A receiver has refused the request; the peer may send another one.</summary>
    /// <param name="Answer">Result of the request to open.</param>
    /// <param name="Detail">Human-readable.</param>
    public sealed record Refused(Answer Answer, string Detail);

    /// <summary>From a receiver: the peer has closed the stream before all bytes had come. The link ends behind those that have.</summary>
    public sealed record ClosedEarly
    {
        /// <summary>The message.</summary>
        public static ClosedEarly Instance { get; } = new();
    }

    /// <summary>
    /// From a sender, before its link fails for this reason: the peer does not handle blocks in order and lost some. The bytes can be sent again in lock step.
    /// </summary>
    /// <param name="Detail">Human-readable.</param>
    public sealed record OrderLost(string Detail);
}
