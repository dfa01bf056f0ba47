namespace ActorTransfer.Actors.Connections;

/// <summary>Ties the result of a task to its actor's lifetime: a link that arrives after its actor stopped is closed.</summary>
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
