namespace ActorTransfer.Extensibility;

/// <summary>Where a file is to go that a peer offers. One destination takes one file.</summary>
public interface IIncomingDestination
{
    /// <summary>
    /// Makes ready to write, before the offer is accepted: a full or forbidden folder is a refusal, not a broken transfer. The content is
    /// disposed when <paramref name="life"/> ends, unless it is complete by then.
    /// </summary>
    /// <exception cref="IncomingFileException">It cannot be written there.</exception>
    Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life);
}

/// <summary>An offered file.</summary>
/// <param name="Peer">Who offers it.</param>
/// <param name="File">What is offered; nothing in it is to be trusted.</param>
public sealed record IncomingOffer(Jid Peer, FileDescription File)
{
    /// <summary>Bytes to take at most when <see cref="FileDescription.IsSizeUnknown"/>; null = any number.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Size of the file; null when the peer did not say it.</summary>
    public long? Size => File.IsSizeUnknown ? null : File.Size;
}
