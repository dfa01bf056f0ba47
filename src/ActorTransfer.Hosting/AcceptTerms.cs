using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>How to receive.</summary>
/// <param name="Methods">StreamMethods that the bytes may take.</param>
public sealed record AcceptTerms(StreamMethods Methods = StreamMethods.All)
{
    /// <summary>A transfer that this side cancels leaves its part of the file for another time, as one that broke does. Default: it is thrown away.</summary>
    public bool KeepsPart { get; init; }

    /// <summary>
    /// Bytes to take at most of a file whose size the peer did not say (<see cref="FileDescription.IsSizeUnknown"/>); the transfer fails when more come.
    /// Default: null, any number. The size of other files is known before they are accepted.
    /// </summary>
    public long? MaxSize { get; init; }
}
