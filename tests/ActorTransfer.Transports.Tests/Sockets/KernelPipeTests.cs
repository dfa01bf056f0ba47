using System.Net;
using System.Net.Sockets;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Relaying;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

public sealed class KernelPipeTests() : LinkTest(bySystemCalls: true), IDisposable
{
    private int _asked;

    public void Dispose() => KernelPipe.Open = KernelPipe.TryOpen;

    [Fact]
    public void Pipe_must_not_be_requested_again_at_once_after_a_failure()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        Allow(0);
        Assert.Null(KernelPipe.TryRent());
        Assert.Null(KernelPipe.TryRent());
        Assert.Equal(1, _asked);
    }

    [Fact]
    public void Pipe_must_be_requested_again_when_one_was_closed()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        Allow(1);
        KernelPipe only = KernelPipe.TryRent()!;
        Assert.Null(KernelPipe.TryRent());
        only.Return(isEmpty: false);
        Assert.Null(KernelPipe.TryRent());
        Assert.Equal(3, _asked);
    }

    [Fact]
    public void Pipe_must_be_available_when_one_was_returned()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        Allow(1);
        KernelPipe only = KernelPipe.TryRent()!;
        Assert.Null(KernelPipe.TryRent());
        only.Return(isEmpty: true);
        Assert.Same(only, KernelPipe.TryRent());
        only.Return(isEmpty: true);
    }

    [Fact]
    public async Task Relay_must_use_memory_when_there_are_no_pipes()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        const long Length = 20_000_000;
        Allow(0);
        (SocketLink sender, SocketLink left) = await LinkPairAsync();
        (SocketLink right, SocketLink receiver) = await LinkPairAsync();
        Relay.Run(left, right, new RelayTerms(TimeSpan.FromHours(1)), Materializer, _ => { });
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Assert.Equal(Length, await Pattern.Source(Length).RunWith(sender.Outgoing, Materializer).Soon());
        Assert.Equal(Length, await received.Soon());
        Assert.NotEqual(0, _asked);
    }

    /// <summary>Allows this many new pipes, and clears the cache.</summary>
    private void Allow(int pipes)
    {
        KernelPipe.CloseIdle();
        KernelPipe.TryOpen()!.Return(isEmpty: false);
        KernelPipe.Open = () => _asked++ < pipes ? KernelPipe.TryOpen() : null;
    }

    private async Task<(SocketLink Near, SocketLink Far)> LinkPairAsync()
    {
        (Socket near, Socket far) = await SocketPair.CreateAsync();
        return (Link(near), Link(far));
    }
}
