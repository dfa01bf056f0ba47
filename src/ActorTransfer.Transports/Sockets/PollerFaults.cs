using System.Collections.Immutable;
using System.Diagnostics;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Reports unexpected exceptions on the threads of the pollers: defects of this program, which no actor would see. All engines of the
/// process share the pollers, so each may subscribe, and each receives all reports. Errors of connections are not reported here but fail
/// their link, see <see cref="SocketErrors"/>.
/// </summary>
internal static class PollerFaults
{
    private static ImmutableArray<Action<string, Exception>> s_handlers = [];
    private static long s_count;

    /// <summary>Number of defects in this process.</summary>
    public static long Count => Interlocked.Read(ref s_count);

    /// <summary>Subscribes a handler: it receives a description for display, and the cause.</summary>
    /// <param name="handler">Called on the thread where the defect occurred: it must return at once and not throw.</param>
    public static void Subscribe(Action<string, Exception> handler) =>
        ImmutableInterlocked.Update(ref s_handlers, static (handlers, added) => handlers.Add(added), handler);

    /// <summary>Ends a subscription.</summary>
    public static void Unsubscribe(Action<string, Exception> handler) =>
        ImmutableInterlocked.Update(ref s_handlers, static (handlers, removed) => handlers.Remove(removed), handler);

    /// <summary>Counts a defect and reports it; without a subscriber, to <see cref="Trace"/>.</summary>
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
