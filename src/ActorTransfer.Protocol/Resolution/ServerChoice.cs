using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>What follows from a <see cref="ServerSearch"/>.</summary>
internal abstract record ServerChoice
{
    private ServerChoice()
    {
    }

    /// <summary>Connect to these, one after the other.</summary>
    /// <param name="InOrder">At least one.</param>
    public sealed record EndPoints(ImmutableArray<ServerEndPoint> InOrder) : ServerChoice
    {
        /// <summary>True: SRV records name them. False: they are the domain itself on the usual ports.</summary>
        public bool AreRecords { get; init; }
    }

    /// <summary>The domain says that it does not have the service.</summary>
    /// <param name="Reason">For people.</param>
    /// <param name="IsCertain">False: another look-up failed, whose answer could have been different.</param>
    public sealed record Unavailable(string Reason, bool IsCertain) : ServerChoice;
}
