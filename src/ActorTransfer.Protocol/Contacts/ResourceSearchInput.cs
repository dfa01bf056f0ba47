using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Contacts;

/// <summary>The inputs of a search for a resource.</summary>
internal abstract record ResourceSearchInput
{
    private ResourceSearchInput()
    {
    }

    /// <summary>A resource of the account is online.</summary>
    /// <param name="Resource">The resource.</param>
    /// <param name="Info">Its features, if its capabilities are known already.</param>
    public sealed record Appeared(OnlineResource Resource, DiscoInfo? Info = null) : ResourceSearchInput;

    /// <summary>A resource was asked for its features.</summary>
    public sealed record InfoAnswered(Jid Resource, Answer Answer) : ResourceSearchInput;

    /// <summary>The own server was asked for the contact list.</summary>
    public sealed record RosterAnswered(Answer Answer) : ResourceSearchInput;

    /// <summary>No more presence is awaited: the contacts that are online have sent theirs since the login.</summary>
    public sealed record PresenceTimedOut : ResourceSearchInput;
}
