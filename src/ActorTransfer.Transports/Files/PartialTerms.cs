using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;

namespace ActorTransfer.Transports.Files;

/// <summary>The file to resume, and its settings.</summary>
/// <param name="Identity">See <see cref="PartialState.Identity"/>.</param>
/// <param name="Size">Bytes of the whole file.</param>
/// <param name="Every">Bytes between two checkpoints.</param>
/// <param name="WithMd5">Whether its MD5 is required.</param>
/// <param name="Options">How it is received.</param>
internal sealed record PartialTerms(string Identity, long Size, long Every, bool WithMd5, IncomingFileOptions Options)
{
    /// <summary>By which a sender by Jingle gives a hash; null = none.</summary>
    public HashFunction? Function { get; init; }
}
