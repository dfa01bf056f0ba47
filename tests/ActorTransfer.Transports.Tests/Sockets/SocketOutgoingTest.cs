using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>A link that sends, and the socket at its other end.</summary>
public abstract class SocketOutgoingTest(bool bySystemCalls) : LinkTest(bySystemCalls)
{
    /// <summary>Longer than any test takes.</summary>
    protected static TimeSpan Long { get; } = TimeSpan.FromHours(1);

    /// <summary>For tests that wait for its end.</summary>
    protected static TimeSpan Short { get; } = TimeSpan.FromMilliseconds(100);

    internal async Task<(SocketLink Link, Socket Peer)> LinkAsync(int? receiveBuffer = null)
    {
        (Socket near, Socket far) = await SocketPair.CreateAsync(receiveBuffer);
        return (Link(near), Own(far));
    }

    /// <summary>The kernel has accepted all bytes, and the stage knows.</summary>
    internal async Task<Task<SentBytes>> HandedOverAsync(SocketLink link, int bytes)
    {
        (SourceScript source, Task<SentBytes> sent) = ScriptedSource.Create().ToMaterialized(link.OutgoingWatched(Long), Keep.Both).Run(Materializer);
        source.Send(Pattern.Bytes(0, bytes));
        source.Complete();
        await source.Stopped.Soon();
        await Eventually.HoldsAsync(() => Chunk.Outstanding == OutstandingBefore, () => "the kernel does not take the bytes");
        await Eventually.HoldsAsync(() => HasShutDown(link), () => "the end is not sent");
        return sent;
    }

    /// <summary>This side of the connection is neither in TCP_ESTABLISHED nor in TCP_CLOSE_WAIT.</summary>
    private static bool HasShutDown(SocketLink link) => TcpState.Read(link.Channel.Handle) is not (1 or 8);
}
