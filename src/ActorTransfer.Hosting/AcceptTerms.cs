using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>How to receive.</summary>
/// <param name="Methods">Allowed stream methods.</param>
public sealed record AcceptTerms(StreamMethods Methods = StreamMethods.All)
{
    /// <summary>A transfer that this side cancels keeps its partial file for resumption, as a failed one does. Default: it is deleted.</summary>
    public bool KeepsPart { get; init; }

    /// <summary>
    /// Maximum number of bytes of a file whose size the peer did not announce (<see cref="FileDescription.IsSizeUnknown"/>); the transfer fails when
    /// more arrive. Default: null, any number. The size of other files is known before they are accepted.
    /// </summary>
    public long? MaxSize { get; init; }
}
