using System.Collections.Immutable;
using System.Diagnostics;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Defects that show on a thread of the sockets, below all actors. Sockets are shared by all engines of the process, so each of them may subscribe,
/// and each is told all.
/// </summary>
internal static class PollerFaults
{
    private static ImmutableArray<Action<string, Exception>> s_handlers = [];
    private static long s_count;

    /// <summary>How many there have been in this process.</summary>
    public static long Count => Interlocked.Read(ref s_count);

    /// <summary>From now on a defect is told to this handler: what happened, for people, and why.</summary>
    /// <param name="handler">Is called on the thread that met the defect: it returns at once and does not throw.</param>
    public static void Subscribe(Action<string, Exception> handler) =>
        ImmutableInterlocked.Update(ref s_handlers, static (handlers, added) => handlers.Add(added), handler);

    /// <summary>Ends a subscription.</summary>
    public static void Unsubscribe(Action<string, Exception> handler) =>
        ImmutableInterlocked.Update(ref s_handlers, static (handlers, removed) => handlers.Remove(removed), handler);

    /// <summary>Counts a defect and tells it; without a subscriber, to <see cref="Trace"/>.</summary>
    internal static void Report(string what, Exception fault)
    {
        Interlocked.Increment(ref s_count);
        var handlers = s_handlers;
        if (handlers.IsEmpty)
        {
            Trace.TraceError($"{what}: {fault}");
        }

        foreach (var handler in handlers)
        {
            handler(what, fault);
        }
    }
}
