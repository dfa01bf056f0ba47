using Microsoft.Coyote.Specifications;

namespace ActorTransfer.Concurrency;

/// <summary>The life of a link.</summary>
internal static class LinkScenarios
{
    /// <summary>Two threads close a link that is being watched: the watcher is told at most once, and the link ends.</summary>
    public static async Task CloseAsync()
    {
        using var sockets = new Sockets();
        var (link, told) = (sockets.Link(), 0);
        link.WatchClose(() => Interlocked.Increment(ref told));
        var disposes = Task.Run(link.Dispose);
        var aborts = Task.Run(link.Abort);
        await Task.WhenAll(disposes, aborts);
        Specification.Assert(link.IsClosed, "the link is open");
        Specification.Assert(told == 0, "this side's own close was told as the peer's");
    }
}
