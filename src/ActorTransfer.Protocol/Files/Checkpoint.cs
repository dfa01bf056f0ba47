namespace ActorTransfer.Protocol.Files;

/// <summary>The hash of the beginning of a file.</summary>
/// <param name="Position">Length of that beginning in bytes.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
internal readonly record struct Checkpoint(long Position, string Sha256);
