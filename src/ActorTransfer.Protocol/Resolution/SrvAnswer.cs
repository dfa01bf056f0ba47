using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>What DNS says to one SRV query.</summary>
internal abstract record SrvAnswer
{
    private SrvAnswer()
    {
    }

    /// <summary>There are records.</summary>
    public sealed record Found(ImmutableArray<SrvRecord> Records) : SrvAnswer;

    /// <summary>DNS knows of none: no such name, or no such records there.</summary>
    public sealed record None : SrvAnswer;

    /// <summary>No usable answer: time-out, a failure of the name server, an answer that cannot be read.</summary>
    /// <param name="Reason">For people.</param>
    public sealed record Failed(string Reason) : SrvAnswer;
}
