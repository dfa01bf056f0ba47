namespace ActorTransfer.Extensibility;

/// <summary>
/// Stores the bytes of one received file: in a blob store, encrypted, in a database. Calls do not overlap. A <c>StoreDestination</c> makes it the
/// destination of an offer. <see cref="IAsyncDisposable.DisposeAsync"/> is called once, last: unless <see cref="CompleteAsync"/> has succeeded, it removes what
/// was stored. Its exceptions are ignored. If the transfer was cancelled or its connection was lost, it may run after the outcome is known.
/// </summary>
public interface IIncomingStore : IAsyncDisposable
{
    /// <summary>Appends bytes. The peer sends no faster than this completes. An exception fails the transfer.</summary>
    /// <param name="bytes">Not empty; valid until the call completes.</param>
    /// <param name="ct">Cancelled when the transfer has ended.</param>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    /// <summary>
    /// All bytes were written, and their number and the offered MD5 are right: makes the file visible. The transfer completes afterwards. An exception fails
    /// it; <see cref="IncomingFileFault.Rejected"/> is for content that the application does not accept.
    /// </summary>
    /// <param name="ct">Cancelled when the transfer has ended.</param>
    /// <returns>For <see cref="TransferOutcome.Completed.Path"/>: where the file is; may be null.</returns>
    ValueTask<string?> CompleteAsync(CancellationToken ct);
}
