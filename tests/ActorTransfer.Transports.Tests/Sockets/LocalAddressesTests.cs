using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Transports.Tests.Sockets;

public sealed class LocalAddressesTests
{
    private readonly FakeTimeProvider _time = new();
    private int _reads;

    [Fact]
    public async Task Addresses_must_be_listed_once_for_all_callers_until_they_expire()
    {
        LocalAddresses addresses = new(Read, _time);
        ImmutableArray<OwnAddress>[] all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => addresses.GetAsync()));
        Assert.All(all, known => Assert.Equal(IPAddress.Loopback, Assert.Single(known).Address));
        _time.Advance(LocalAddresses.Ttl - TimeSpan.FromMilliseconds(1));
        await addresses.GetAsync();
        Assert.Equal(1, _reads);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await addresses.GetAsync();
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Addresses_must_not_be_listed_on_the_thread_of_the_caller()
    {
        using ManualResetEventSlim held = new();
        LocalAddresses addresses = new(
            () =>
            {
                held.Wait();
                return Read();
            },
            _time);
        Task<ImmutableArray<OwnAddress>> first = addresses.GetAsync();
        Assert.False(first.IsCompleted);
        _time.Advance(2 * LocalAddresses.Ttl);
        Assert.Same(first, addresses.GetAsync());
        held.Set();
        await first;
    }

    [Fact]
    public async Task Addresses_of_this_machine_must_contain_its_loopback() =>
        Assert.Contains(await LocalAddresses.Machine.GetAsync(), own => IPAddress.IsLoopback(own.Address));

    private ImmutableArray<OwnAddress> Read()
    {
        Interlocked.Increment(ref _reads);
        return [new OwnAddress(IPAddress.Loopback)];
    }
}
