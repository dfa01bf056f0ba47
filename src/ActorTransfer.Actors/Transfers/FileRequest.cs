namespace ActorTransfer.Extensibility;

/// <summary>What a peer requests: at least one of name, size and hash selects the file. Untrusted input.</summary>
/// <param name="Peer">Who requests it, as stamped by its server.</param>
/// <param name="To">Own JID that the request was sent to.</param>
/// <param name="Name">Its name, any text; null = not given.</param>
/// <param name="Size">Its size in bytes; null = not given.</param>
public sealed record FileRequest(Jid Peer, Jid To, string? Name, long? Size)
{
    /// <summary>Name of the function of <see cref="Hash"/> (XEP-0300), for example sha-256; null = no hash is given.</summary>
    public string? HashAlgorithm { get; init; }

    /// <summary>The hash of the whole file, lower-case hexadecimal; null = not given.</summary>
    public string? Hash { get; init; }
}
