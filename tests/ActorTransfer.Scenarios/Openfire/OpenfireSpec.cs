namespace ActorTransfer.Scenarios.Openfire;

/// <summary>Whole transfers between two engines through a proxy that behaves as Openfire's.</summary>
public sealed class OpenfireSpec
{
    private static readonly Jid Component = Jid.Parse("files.local.test");

    [Theory]
    [InlineData(1)]
    [InlineData(152_443)]
    [InlineData(5_000_000)]
    public async Task File_must_arrive_through_a_proxy_that_treats_the_first_connection_as_the_target(int size)
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy());
        await ArrivesAsync(host, size);
    }

    /// <summary>With a link that takes longer than <c>target.stagger</c>, a second handshake would begin before the first one has succeeded.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(5, 0)]
    [InlineData(2, 240)]
    [InlineData(5, 400)]
    public async Task Proxy_with_many_addresses_must_get_one_handshake_from_each_side(int addresses, int lag)
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy(addresses) { Lag = TimeSpan.FromMilliseconds(lag) });
        await ArrivesAsync(host, 300_000);
    }

    [Theory]
    [InlineData("files.local.test", null)]
    [InlineData(null, "files.local.test/in")]
    [InlineData(null, "files.local.test")]
    public async Task Component_must_use_the_hash_with_nulls(string? from, string? to)
    {
        // The first request uses the hash over the unchanged JID: no offer of this server has it.
        var proxy = new OpenfireProxy();
        string? first = null;
        proxy.Knows = hash => hash != (Interlocked.CompareExchange(ref first, hash, null) ?? hash);
        await using var host = await OpenfireHost.StartAsync(proxy, Component);
        await ArrivesAsync(host, 300_000, from is null ? null : Jid.Parse(from), to is null ? null : Jid.Parse(to));
        Assert.NotNull(first);
    }

    /// <summary>The sender knows that not all bytes were sent, but not what the peer has received or which side closed.</summary>
    [Fact]
    public async Task Close_by_the_proxy_instead_of_relaying_must_fail_both_sides()
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy { Fate = OpenfireFate.Closes });
        var (sent, received, _) = await host.TransferAsync(20_000_000);
        Assert.IsNotType<TransferOutcome.Completed>(sent);
        Assert.IsType<TransferOutcome.Failed>(received);
    }

    /// <summary>Openfire does so when a request arrives in two segments, without an error reply.</summary>
    [Fact]
    public async Task Proxy_that_closes_on_a_request_must_be_reported_and_no_file_left()
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy { Closed = int.MaxValue });
        var (sent, received, _) = await host.TransferAsync(3_000);
        Assert.Equal(FailureReason.StreamhostUnreachable, Assert.IsType<TransferOutcome.Failed>(sent).Reason);
        var failed = Assert.IsType<TransferOutcome.Failed>(received);
        Assert.Equal((TransferSide.Proxy, FailureReason.StreamhostUnreachable), (failed.Side, failed.Reason));
        Assert.Contains($"{OpenfireService.Address} at {host.Proxy.EndPoints[0]}: The streamhost closed the connection during the handshake", failed.Detail,
            StringComparison.Ordinal);
        Assert.Equal(["original.bin"], Directory.EnumerateFileSystemEntries(host.Users.Folder).Select(Path.GetFileName));
    }

    /// <summary>So few bytes have all reached the receiver's kernel before the reset; of more bytes, those in the proxy's kernel would be lost.</summary>
    [Fact]
    public async Task Reset_by_the_proxy_after_the_last_byte_must_leave_a_complete_file()
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy { Fate = OpenfireFate.Resets });
        await ArrivesAsync(host, 3_000);
    }

    [Fact]
    public async Task Proxy_that_discards_the_bytes_must_fail_the_receiver_and_leave_no_file()
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy { Fate = OpenfireFate.Swallows });
        var (_, received, _) = await host.TransferAsync(300_000);
        Assert.Equal(FailureReason.WrongLength, Assert.IsType<TransferOutcome.Failed>(received).Reason);
        Assert.Equal(["original.bin"], Directory.EnumerateFileSystemEntries(host.Users.Folder).Select(Path.GetFileName));
    }

    private static async Task ArrivesAsync(OpenfireHost host, int size, Jid? from = null, Jid? to = null)
    {
        var (sent, received, isSame) = await host.TransferAsync(size, from, to);
        Assert.True(isSame, $"sent: {sent}, received: {received}");
        Assert.Equal(StreamMethod.Proxy, Assert.IsType<TransferOutcome.Completed>(sent).Method);
        Assert.Equal(StreamMethod.Proxy, Assert.IsType<TransferOutcome.Completed>(received).Method);
        Assert.Equal((0, 0, 0), (host.Proxy.Displaced, host.Proxy.TooEarly, host.Proxy.WrittenByTargets));
    }
}
