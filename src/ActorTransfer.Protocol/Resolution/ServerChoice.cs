using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>The result of a <see cref="ServerSearch"/>.</summary>
internal abstract record ServerChoice
{
    private ServerChoice()
    {
    }

    /// <summary>Connect to these endpoints in order.</summary>
    /// <param name="InOrder">At least one.</param>
    public sealed record EndPoints(ImmutableArray<ServerEndPoint> InOrder) : ServerChoice
    {
        /// <summary>True: from SRV records. False: the domain itself on the default ports.</summary>
        public bool AreRecords { get; init; }
    }

    /// <summary>The domain does not offer the service.</summary>
    /// <param name="Reason">For display.</param>
    /// <param name="IsCertain">False: another lookup failed and could have had a different result.</param>
    public sealed record Unavailable(string Reason, bool IsCertain) : ServerChoice;
}
