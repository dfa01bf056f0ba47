namespace ActorTransfer.Actors.Connections;

/// <summary>Ties what a task brings to the life of the actor that asked for it: a link that arrives after its actor stopped must not stay open.</summary>
internal static class LinkLifetime
{
    /// <summary>Disposes the link when <paramref name="end"/> is cancelled, at once if it was already.</summary>
    public static async Task<T> LivesUntil<T>(this Task<T> connecting, CancellationToken end)
        where T : IDisposable
    {
        var link = await connecting.ConfigureAwait(false);
        end.Register(link.Dispose);
        return link;
    }
}
