using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Links;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The delay caused by unreachable streamhosts in front of a reachable one, and the treatment of forbidden ones. The figures are printed.</summary>
public sealed class FirstByteSpec(ITestOutputHelper output)
{
    private const int Size = 1000;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    public enum Front
    {
        Nothing,
        Silent,
        Refusing,
        Mute,
    }

    [Theory]
    [InlineData(Front.Nothing, 0, 500)]
    [InlineData(Front.Refusing, 0, 550)]
    [InlineData(Front.Silent, 600, 3000)]
    [InlineData(Front.Mute, 600, 3000)]
    public async Task Two_unreachable_streamhosts_in_front_must_delay_the_first_byte_only_briefly(Front front, int least, int most)
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.addresses.allow = [loopback]");
        using var first = await DeadEnd.CreateAsync();
        using var second = await DeadEnd.CreateAsync();
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        StreamHost[] dead = front switch
        {
            Front.Silent => [At(first.EndPoint), At(second.EndPoint)],
            Front.Refusing => [At(Unreachable()), At(Unreachable())],
            Front.Mute => [At((IPEndPoint)mute.LocalEndpoint), At((IPEndPoint)mute.LocalEndpoint) with { Host = "localhost" }],
            _ => [],
        };

        // A first transfer, so that the time of the JIT compiler is not measured.
        var raw = new RawInitiator(host);
        await FirstByteAsync(host, raw, []);
        var (sinceOffer, sinceHosts) = await FirstByteAsync(host, raw, dead);
        output.WriteLine(
            $"two {front} in front: first byte {sinceOffer.TotalMilliseconds:0} ms after the offer, {sinceHosts.TotalMilliseconds:0} ms after the streamhosts");
        Assert.InRange(sinceHosts, TimeSpan.FromMilliseconds(least), TimeSpan.FromMilliseconds(most));
    }

    /// <summary>Of a new peer, and of one that is known: the request for its features is answered in the process.</summary>
    [Theory]
    [InlineData(Signalling.StreamInitiation)]
    [InlineData(Signalling.Jingle)]
    [InlineData(Signalling.Auto)]
    public async Task First_byte_must_follow_the_call_at_once(Signalling signalling)
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);
        var file = new FileInfo(Path.Combine(host.Folder, "original.bin"));
        await File.WriteAllBytesAsync(file.FullName, new byte[Size]);
        var times = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            var accepting = host.AcceptNextAsync();
            var start = Stopwatch.GetTimestamp();
            var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, file, new SendOptions("iphone") { Signalling = signalling });
            await foreach (var progress in sent.ProgressAsync())
            {
                if (progress.Method is not null)
                {
                    break;
                }
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
            await (await accepting).Completion.WaitAsync(MaxWait);
        }

        output.WriteLine($"{signalling}: first byte after {times[0]:0.0} ms at first, then {times.Skip(1).Order().ElementAt(4):0.0} ms");
        Assert.InRange(times.Min(), 0, 500);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Streamhost_on_the_own_machine_must_not_be_connected_to_unless_the_policy_allows_it(string name)
    {
        await using var host = await LocalDomainHost.StartAsync();
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        var raw = new RawInitiator(host);
        var accepting = host.AcceptNextAsync();
        await raw.OfferAsync(Size);
        var received = await accepting;
        var answer = await raw.SendStreamhostsAsync(new StreamHost(RawInitiator.Self, name, ((IPEndPoint)service.LocalEndpoint).Port));
        Assert.Equal(ErrorConditions.ItemNotFound, answer.Error?.Condition);
        Assert.DoesNotContain("not allow", answer.Error?.Text ?? "", StringComparison.Ordinal);
        Assert.False(service.Pending());
        received.Cancel();
        Assert.IsNotType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
    }

    private static async Task<(TimeSpan SinceOffer, TimeSpan SinceHosts)> FirstByteAsync(LocalDomainHost host, RawInitiator raw, StreamHost[] dead)
    {
        var accepting = host.AcceptNextAsync();
        var offered = Stopwatch.GetTimestamp();
        await raw.OfferAsync(Size);
        var received = await accepting;
        var named = Stopwatch.GetTimestamp();
        using var socket = await raw.ConnectAsync(dead);
        await socket.WriteAsync([1]);
        await foreach (var progress in received.ProgressAsync())
        {
            if (progress.Bytes > 0)
            {
                break;
            }
        }

        var result = (Stopwatch.GetElapsedTime(offered), Stopwatch.GetElapsedTime(named));
        await socket.WriteAsync(new byte[Size - 1]);
        socket.Shutdown(SocketShutdown.Send);
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        return result;
    }

    private static StreamHost At(IPEndPoint at) => new(RawInitiator.Self, at.Address.ToString(), at.Port);

    private static IPEndPoint Unreachable()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
