namespace ActorTransfer.Extensibility;

/// <summary>Destination of an offered file. One destination takes one file.</summary>
public interface IIncomingDestination
{
    /// <summary>
    /// Prepares writing before the offer is accepted: a full or forbidden folder then refuses the offer instead of failing the transfer. The content is
    /// disposed when <paramref name="life"/> ends, unless it is complete by then.
    /// </summary>
    /// <exception cref="IncomingFileException">It cannot be written there.</exception>
    Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life);
}

/// <summary>An offered file.</summary>
/// <param name="Peer">Sender of the offer, as stamped by its server.</param>
/// <param name="To">Own JID that the offer was sent to.</param>
/// <param name="File">The offered file; untrusted input.</param>
public sealed record IncomingOffer(Jid Peer, Jid To, FileDescription File)
{
    /// <summary>Number of the transfer in this process.</summary>
    public TransferId Id { get; init; }

    /// <summary>Maximum bytes when <see cref="FileDescription.IsSizeUnknown"/>; null = any number.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Size of the file; null when the peer did not announce it.</summary>
    public long? Size => File.IsSizeUnknown ? null : File.Size;
}
