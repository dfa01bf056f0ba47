using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Microsoft.Coyote.Specifications;

namespace ActorTransfer.Concurrency;

/// <summary>The owner of a chunk between a stage and the completion of its operation.</summary>
internal static class OperationScenarios
{
    /// <summary>The stage ends while its operation completes: the chunk is released once, and a stage that has ended is not called.</summary>
    public static async Task AbandonAsync()
    {
        var before = Chunk.Outstanding;
        var operation = new Operation();
        operation.Send(Chunk.Rent(10));
        var completes = Task.Run(operation.CompleteNow);
        var abandons = Task.Run(operation.Abandon);
        await Task.WhenAll(completes, abandons);
        Specification.Assert(operation.Calls <= 1, $"the stage was called {operation.Calls} times");
        Specification.Assert(Chunk.Outstanding == before, $"{Chunk.Outstanding - before} chunks are left");
    }

    /// <summary>The socket closes while a stage waits for buffer space and ends: the chunk that it could not send is released.</summary>
    public static async Task CloseAsync()
    {
        using var sockets = new Sockets();
        var (channel, before, calls) = (sockets.Channel(), Chunk.Outstanding, 0);
        Fill(channel);
        channel.WaitWritable(new Calls());
        channel.CancelWriting();
        var operation = channel.Operation(() => Interlocked.Increment(ref calls));
        operation.Send(Chunk.Rent(10));
        var closes = Task.Run(channel.Close);
        var abandons = Task.Run(operation.Abandon);
        await Task.WhenAll(closes, abandons);
        Specification.Assert(calls <= 1, $"the stage was called {calls} times");
        Specification.Assert(Chunk.Outstanding == before, $"{Chunk.Outstanding - before} chunks are left");
    }

    /// <summary>The peer does not read: the poller, which Coyote does not control, finds no space.</summary>
    private static void Fill(LinuxChannel channel)
    {
        Span<byte> bytes = stackalloc byte[4096];
        while (channel.Send(bytes, out _) > 0)
        {
        }
    }

    private sealed class Operation : SocketOperation
    {
        private static int s_calls;

        public Operation()
            : base(() => Interlocked.Increment(ref s_calls)) => s_calls = 0;

        public int Calls => s_calls;

        public override SocketError Error => SocketError.Success;

        public void CompleteNow() => Complete();

        protected override bool BeginWait() => true;

        protected override bool BeginSend(Chunk chunk) => true;

        protected override int EndSend(Chunk chunk) => 0;
    }
}
