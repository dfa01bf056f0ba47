using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>
/// Supplies the application's own stage between file and socket for each transfer, for example a virus scan of what certain peers send. Add one with
/// <c>services.AddSingleton&lt;IContentStagesPolicy, Mine&gt;()</c>; the last one added is used, instead of <c>UseStages</c>. Called by several threads at
/// once.
/// </summary>
public interface IContentStagesPolicy
{
    /// <summary>
    /// A new stage for one byte stream of a transfer, which may have several, one after another. It keeps count and order of bytes, and disposes what it
    /// drops. If it fails, the transfer fails; with an <see cref="IncomingFileException"/> of <see cref="IncomingFileFault.Rejected"/>, as
    /// <see cref="FailureReason.Rejected"/>. It sees the end of a received file when all bytes have passed, before the file gets its name. Must not block.
    /// </summary>
    /// <param name="transfer">The transfer.</param>
    /// <returns>Null = none: the bytes of such a transfer take the fastest path.</returns>
    Flow<Chunk, Chunk, NotUsed>? StageOf(StagedTransfer transfer);
}

/// <summary>A transfer whose bytes are about to move.</summary>
/// <param name="Id">Number of the transfer in this process.</param>
/// <param name="Peer">The other side.</param>
/// <param name="Self">Own JID.</param>
/// <param name="File">The file; if it is received, untrusted input.</param>
/// <param name="Sends">True: this side sends the file.</param>
public sealed record StagedTransfer(TransferId Id, Jid Peer, Jid Self, FileDescription File, bool Sends);
