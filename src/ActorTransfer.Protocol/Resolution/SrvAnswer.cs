using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>The result of one SRV query.</summary>
internal abstract record SrvAnswer
{
    private SrvAnswer()
    {
    }

    /// <summary>Records were found.</summary>
    public sealed record Found(ImmutableArray<SrvRecord> Records) : SrvAnswer;

    /// <summary>No such name, or no such records.</summary>
    public sealed record None : SrvAnswer;

    /// <summary>The lookup failed: timeout, failure of the name server, invalid response.</summary>
    /// <param name="Reason">For display.</param>
    public sealed record Failed(string Reason) : SrvAnswer;
}
