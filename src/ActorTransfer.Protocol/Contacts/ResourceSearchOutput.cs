using ActorTransfer.Protocol.Discovery;

namespace ActorTransfer.Protocol.Contacts;

/// <summary>The outputs of a search for a resource.</summary>
internal abstract record ResourceSearchOutput
{
    private ResourceSearchOutput()
    {
    }

    /// <summary>Ask a resource for its features.</summary>
    public sealed record AskInfo(Jid Resource) : ResourceSearchOutput;

    /// <summary>Ask the own server for the contact list.</summary>
    public sealed record AskRoster : ResourceSearchOutput;

    /// <summary>The search has ended.</summary>
    /// <param name="Resource">The full JID that can take the file; null = none.</param>
    /// <param name="Reason">Why there is none.</param>
    /// <param name="Detail">The same for people, with what to do.</param>
    public sealed record Finish(Jid? Resource, FailureReason Reason = default, string Detail = "") : ResourceSearchOutput
    {
        /// <summary>The features of the resource; null = it did not say.</summary>
        public DiscoInfo? Info { get; init; }
    }
}
