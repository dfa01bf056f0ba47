namespace ActorTransfer.Actors.Connections;

/// <summary>Messages to and from the actor that knows which resources of contacts are online.</summary>
internal static class Contacts
{
    /// <summary>Finds a resource of an account that a file can be sent to. The sender gets <see cref="Found"/> or <see cref="NotFound"/>.</summary>
    /// <param name="Account">A bare JID.</param>
    public sealed record FindResource(Jid Account);

    /// <summary>This resource can take the file.</summary>
    public sealed record Found(Jid Resource);

    /// <summary>No resource can take the file.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">The same for people, with what to do.</param>
    public sealed record NotFound(FailureReason Reason, string Detail);
}
