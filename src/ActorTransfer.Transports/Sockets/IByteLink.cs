using System.Net;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>
/// An established two-way byte stream. The owner disposes it; streams that still run over it then fail with <see
/// cref="ByteLinkFault.LocalFailure"/>. Each direction may be materialised once.
/// </summary>
public interface IByteLink : IDisposable
{
    /// <summary>The remote endpoint, if the kind of link has one.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// The bytes from the peer. Completes on its FIN, fails with <see cref="ByteLinkException"/> on reset or abort. Cancelling releases all
    /// resources of the stream and leaves the link open. Waiting for bytes holds no chunk. The consumer disposes the chunks.
    /// </summary>
    Source<Chunk, NotUsed> Incoming { get; }

    /// <summary>
    /// Writes and disposes chunks. When the upstream completes, the sending side is shut down after the last byte was passed to the kernel.
    /// Value: bytes written, or the fault.
    /// </summary>
    Sink<Chunk, Task<long>> Outgoing { get; }

    /// <summary>
    /// As <see cref="Outgoing"/> for a side that only sends (XEP-0065 has no response at the end of the bytes): reads while it writes, so
    /// it detects an early close, and after the last byte waits for the peer's FIN. Bytes from the peer are dropped. Excludes <see
    /// cref="Incoming"/>. Value: bytes written and what is known about their delivery, or the fault. Unacknowledged bytes at the end are a
    /// fault, as far as this side can detect them (Linux).
    /// </summary>
    /// <param name="linger">How long the peer may acknowledge nothing, counted from its last acknowledgement.</param>
    Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger);

    /// <summary>
    /// Waits for the first activity of the peer without consuming bytes: true when it closed, false when it sent bytes. For links that are
    /// not read yet; end it with <paramref name="ct"/> before <see cref="Incoming"/> is materialised.
    /// </summary>
    Task<bool> ClosedBeforeDataAsync(CancellationToken ct);

    /// <summary>
    /// Calls <paramref name="closed"/> on any thread, at most once, when the peer closes while the link is not read and no bytes wait to be
    /// read; at once when it has closed already. Ends by itself when <see cref="Incoming"/> is materialised or the link is disposed.
    /// </summary>
    void WatchClose(Action closed) => _ = WatchCloseAsync(this, closed);

    /// <summary>
    /// Drops the bytes received so far. Call before <see cref="Incoming"/> is materialised. Links that are always read need not do
    /// anything.
    /// </summary>
    void DropReceived()
    {
    }

    /// <summary>All bytes received so far have passed <see cref="Incoming"/>, which waits for more. False if unknown.</summary>
    bool IsPassedOn => false;

    /// <summary>Closes at once with a reset; bytes in flight are lost.</summary>
    void Abort();

    private static async Task WatchCloseAsync(IByteLink link, Action closed)
    {
        if (await link.ClosedBeforeDataAsync(CancellationToken.None).ConfigureAwait(false))
        {
            closed();
        }
    }
}
