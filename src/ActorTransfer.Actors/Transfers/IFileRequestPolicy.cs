namespace ActorTransfer.Extensibility;

/// <summary>
/// Supplies files that peers request (XEP-0234 §6). Add one with <c>services.AddSingleton&lt;IFileRequestPolicy, Mine&gt;()</c>; the last one added is used.
/// Without one every request is refused with <c>file-not-available</c>. Requests count as pending offers in the limits of section <c>transfers</c>, and their
/// transfers are sent ones. Called by several threads at once.
/// </summary>
public interface IFileRequestPolicy
{
    /// <summary>
    /// Finds the requested file. If it throws, the request is refused with <c>file-not-available</c>; if it has not decided within <c>target.offer</c>, with
    /// <c>timeout</c>.
    /// </summary>
    /// <param name="request">The request; untrusted input. A name must not be used as a path.</param>
    /// <param name="ct">Cancelled when the time is over, or when the peer has withdrawn the request.</param>
    /// <returns>The file, which is sent at once; disposed when the transfer has ended, if it is disposable. Null = there is none for this peer.</returns>
    ValueTask<IOutgoingContent?> FindAsync(FileRequest request, CancellationToken ct);
}
