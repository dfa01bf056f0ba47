namespace ActorTransfer.Hosting.Internal;

/// <summary>Content and destinations that were made for one transfer.</summary>
internal static class Owned
{
    /// <summary>Disposes <paramref name="resource"/> when the transfer has ended.</summary>
    public static async Task ReleaseAsync(ITransfer transfer, IDisposable resource)
    {
        await transfer.Completion.ConfigureAwait(false);
        resource.Dispose();
    }
}
