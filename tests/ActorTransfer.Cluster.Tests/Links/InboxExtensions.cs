using Akka.Actor;

namespace ActorTransfer.Cluster.Tests.Links;

/// <summary>Waits for messages.</summary>
internal static class InboxExtensions
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(20);

    /// <summary>Skips other messages.</summary>
    public static async Task<T> ReceiveAsync<T>(this Inbox inbox) => (T)await inbox.ReceiveOneOfAsync<T, T>();

    /// <summary>The first message of one of these types; skips others.</summary>
    public static async Task<object> ReceiveOneOfAsync<T, TOther>(this Inbox inbox)
    {
        while (true)
        {
            var message = await inbox.ReceiveAsync(s_maxWait);
            Assert.False(message is Status.Failure, $"{typeof(T).Name} never came.");
            if (message is T or TOther)
            {
                return message;
            }
        }
    }
}
