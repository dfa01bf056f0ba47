using System.Net.Sockets;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Tests.Sockets;

public sealed class WaiterTests : StreamTest
{
    /// <summary>A waiting thread may occasionally be overtaken between the system call and its next step.</summary>
    [Fact]
    public async Task Waiter_must_allow_a_new_wait_during_a_call()
    {
        const int Times = 5000;
        if (!Libc.IsSupported)
        {
            return;
        }

        for (int time = 0; time < Times; time++)
        {
            using LinuxSocket ready = AlwaysReady();
            Waiter waiter = new(Poller.Reading, ready);
            Twice twice = new(waiter);
            waiter.Wait(twice);
            await twice.Task.Soon();
            waiter.Dispose();
        }
    }

    [Fact]
    public void Wait_must_end_although_the_poller_has_given_the_socket_up()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        using LinuxSocket ready = AlwaysReady();
        Waiter waiter = new(Poller.Reading, ready);
        Counting calls = new();
        waiter.Dispose();
        waiter.Wait(calls);
        Assert.Equal(1, calls.Count);
    }

    [Fact]
    public async Task Waiter_must_keep_the_current_wait_when_the_next_one_yields()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        (LinuxChannel channel, Socket peer) = await ChannelAsync();
        TaskCompletionSource<string> called = new();
        channel.WaitReadable(() => called.TrySetResult("first"));
        channel.WaitReadable(() => called.TrySetResult("second"), yields: true);
        await peer.WriteAsync([1]);
        Assert.Equal("first", await called.Task.Soon());
    }

    [Fact]
    public async Task Waiter_must_call_a_yielding_wait_when_there_is_no_other()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        (LinuxChannel channel, Socket peer) = await ChannelAsync();
        TaskCompletionSource<string> called = new();
        channel.WaitReadable(() => called.TrySetResult("first"));
        Assert.True(channel.CancelReading());
        channel.WaitReadable(() => called.TrySetResult("second"), yields: true);
        await peer.WriteAsync([1]);
        Assert.Equal("second", await called.Task.Soon());
    }

    [Fact]
    public async Task Waiter_must_close_the_connection_and_serve_others_when_a_callback_throws()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        (LinuxChannel faulty, Socket itsPeer) = await ChannelAsync();
        (LinuxChannel other, Socket otherPeer) = await ChannelAsync();
        var reported = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Met(string what, Exception fault)
        {
            if (fault.Message == "Thrown by a test.")
            {
                reported.TrySetResult(what);
            }
        }

        PollerFaults.Subscribe(Met);
        long before = PollerFaults.Count;
        faulty.WaitReadable(() => throw new InvalidOperationException("Thrown by a test."));
        await itsPeer.WriteAsync([1]);
        Assert.Empty(await itsPeer.ReadToEndAsync().Soon());
        Assert.Contains("was closed", await reported.Task.Soon(), StringComparison.Ordinal);
        Assert.True(PollerFaults.Count > before);
        PollerFaults.Unsubscribe(Met);

        await otherPeer.WriteAsync([2]);
        byte[] received = new byte[1];
        Assert.Equal(1, await other.ReceiveAsync(received, CancellationToken.None).Soon());
        Assert.Equal([2], received);
    }

    /// <summary>The read end of a pipe without writers.</summary>
    private static LinuxSocket AlwaysReady()
    {
        Span<int> ends = stackalloc int[2];
        Assert.Equal(0, Libc.Pipe(ends, Libc.NonBlocking | Libc.CloseOnExec));
        _ = Libc.Close(ends[1]);
        return new LinuxSocket(ends[0]);
    }

    private async Task<(LinuxChannel Channel, Socket Peer)> ChannelAsync()
    {
        (Socket near, Socket far) = await SocketPair.CreateAsync();
        return (Own(LinkTest.ByDescriptor(near)), Own(far));
    }

    private sealed class Counting : IReadiness
    {
        public int Count { get; private set; }

        public void OnReady() => Count++;
    }

    private sealed class Twice(Waiter waiter) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IReadiness
    {
        private bool _again;

        public void OnReady()
        {
            if (_again)
            {
                TrySetResult();
                return;
            }

            _again = true;
            try
            {
                waiter.Wait(this);
            }
            catch (SocketException failed)
            {
                TrySetException(failed);
            }
        }
    }
}
