namespace ActorTransfer.Actors.InBand;

/// <summary>Messages of <see cref="InBandOutgoingStage{T}"/> to the actor of its bytestream.</summary>
internal static class InBandOutgoing
{
    /// <summary>The stream has started.</summary>
    /// <param name="Grant">Allows so many more blocks.</param>
    /// <param name="Finish">All bytes are acknowledged; their number.</param>
    /// <param name="Linger">Timeout of the response to the close.</param>
    internal sealed record Started(Action<int> Grant, Action<long> Finish, TimeSpan Linger);

    /// <summary>One block.</summary>
    internal sealed record Block(string Base64, int Length);

    /// <summary>That was the last block.</summary>
    internal sealed record LastSent
    {
        public static LastSent Instance { get; } = new();
    }

    /// <summary>The stream failed before its last block.</summary>
    internal sealed record Broken(string Reason);
}
