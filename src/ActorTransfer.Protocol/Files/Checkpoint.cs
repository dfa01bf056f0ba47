namespace ActorTransfer.Protocol.Files;

/// <summary>What is known about the beginning of a file.</summary>
/// <param name="Position">Bytes of that beginning.</param>
/// <param name="Sha256">Their SHA-256 in lower-case hexadecimal.</param>
internal readonly record struct Checkpoint(long Position, string Sha256);
