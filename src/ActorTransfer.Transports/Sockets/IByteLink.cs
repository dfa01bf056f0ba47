using System.Net;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>
/// An established two-way byte stream. The owner disposes it; streams that still run over it then fail with
/// <see cref="ByteLinkFault.LocalFailure"/>. Each direction may be materialised once.
/// </summary>
public interface IByteLink : IDisposable
{
    /// <summary>Where the other end is, if the kind of link knows.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// What the peer sends. Completes on its FIN, fails with <see cref="ByteLinkException"/> on reset or abort. Cancelling releases
    /// all that the stream holds and leaves the link open. Waiting for bytes holds no chunk. The consumer disposes the chunks.
    /// </summary>
    Source<Chunk, NotUsed> Incoming { get; }

    /// <summary>
    /// Writes and disposes chunks. When the upstream completes, the sending side is shut down after the last byte is handed to the
    /// kernel. Value: bytes written, or the fault.
    /// </summary>
    Sink<Chunk, Task<long>> Outgoing { get; }

    /// <summary>
    /// As <see cref="Outgoing"/> for a party that only sends (XEP-0065 has no answer at the end of the bytes): reads while it writes,
    /// so it notices that the peer closes early, and after the last byte waits for the peer's FIN. Bytes that the peer sends are
    /// dropped. Excludes <see cref="Incoming"/>. Value: bytes written and what is known of their arrival, or the fault. Bytes that the peer's side has
    /// not acknowledged when it ends are a fault, as far as this side can know (Linux).
    /// </summary>
    /// <param name="linger">How long the peer may leave everything unanswered, counted from its last acknowledgement.</param>
    Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger);

    /// <summary>
    /// Waits for the first sign of the peer without taking a byte: true when it closed, false when it spoke. For links that nobody
    /// reads yet; end it with <paramref name="ct"/> before <see cref="Incoming"/> is materialised.
    /// </summary>
    Task<bool> ClosedBeforeDataAsync(CancellationToken ct);

    /// <summary>
    /// Calls <paramref name="closed"/> on any thread, at most once, when the peer closes while nobody reads the link and nothing waits
    /// to be read; at once when it was found to be gone before. Ends by itself when <see cref="Incoming"/> is materialised or the link is disposed.
    /// </summary>
    void WatchClose(Action closed) => _ = WatchCloseAsync(this, closed);

    /// <summary>
    /// Drops what the peer has sent so far, as far as it is here. Before <see cref="Incoming"/> is materialised. Links that are never left
    /// unread need not do anything.
    /// </summary>
    void DropReceived()
    {
    }

    /// <summary>
    /// Whoever reads <see cref="Incoming"/> has passed on all that the peer has sent so far, and waits for more. False where nobody can say.
    /// </summary>
    bool IsPassedOn => false;

    /// <summary>Closes at once with a reset; bytes under way are lost.</summary>
    void Abort();

    private static async Task WatchCloseAsync(IByteLink link, Action closed)
    {
        if (await link.ClosedBeforeDataAsync(CancellationToken.None).ConfigureAwait(false))
        {
            closed();
        }
    }
}
