namespace ActorTransfer.Scenarios.Openfire;

/// <summary>Whole transfers between two engines through a proxy that behaves as Openfire's.</summary>
public sealed class OpenfireSpec
{
    private static readonly Jid Component = Jid.Parse("files.local.test");

    [Theory]
    [InlineData(1)]
    [InlineData(152_443)]
    [InlineData(5_000_000)]
    public async Task A_file_must_arrive_through_a_proxy_that_takes_the_first_connection_for_the_target(int size)
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
    public async Task A_proxy_that_names_all_addresses_of_its_machine_must_see_one_handshake_of_each_end(int addresses, int lag)
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy(addresses) { Lag = TimeSpan.FromMilliseconds(lag) });
        await ArrivesAsync(host, 300_000);
    }

    [Theory]
    [InlineData("files.local.test", null)]
    [InlineData(null, "files.local.test/in")]
    [InlineData(null, "files.local.test")]
    public async Task A_component_must_be_known_by_the_form_of_its_address_with_nulls(string? from, string? to)
    {
        // What is asked for first is the hash over the address as it is: no offer of this server has it.
        var proxy = new OpenfireProxy();
        string? first = null;
        proxy.Knows = hash => hash != (Interlocked.CompareExchange(ref first, hash, null) ?? hash);
        await using var host = await OpenfireHost.StartAsync(proxy, Component);
        await ArrivesAsync(host, 300_000, from is null ? null : Jid.Parse(from), to is null ? null : Jid.Parse(to));
        Assert.NotNull(first);
    }

    /// <summary>Whether the peer has the bytes is not known to a sender; that they have not all left is. Who closed is not: it may have been the peer.</summary>
    [Fact]
    public async Task A_proxy_that_closes_instead_of_relaying_must_not_read_as_success_at_either_end()
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy { Fate = OpenfireFate.Closes });
        var (sent, received, _) = await host.TransferAsync(20_000_000);
        Assert.IsNotType<TransferOutcome.Completed>(sent);
        Assert.IsType<TransferOutcome.Failed>(received);
    }

    /// <summary>It does so with a request that arrives in two segments, and does not say why.</summary>
    [Fact]
    public async Task A_proxy_that_closes_on_a_request_must_be_named_at_the_end_and_leave_no_file()
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy { Closed = int.MaxValue });
        var (sent, received, _) = await host.TransferAsync(3_000);
        Assert.Equal(FailureReason.StreamhostUnreachable, Assert.IsType<TransferOutcome.Failed>(sent).Reason);
        var failed = Assert.IsType<TransferOutcome.Failed>(received);
        Assert.Equal((TransferSide.Proxy, FailureReason.StreamhostUnreachable), (failed.Side, failed.Reason));
        Assert.Contains($"{OpenfireService.Address} at {host.Proxy.EndPoints[0]}: The streamhost closed the connection during the handshake", failed.Detail, StringComparison.Ordinal);
        Assert.Equal(["original.bin"], Directory.EnumerateFileSystemEntries(host.Users.Folder).Select(Path.GetFileName));
    }

    /// <summary>So few bytes have all reached the receiver's kernel when the reset follows; of more, the reset drops those that the proxy's kernel still holds.</summary>
    [Fact]
    public async Task A_proxy_that_resets_the_receiver_after_the_last_byte_must_leave_a_whole_file()
    {
        await using var host = await OpenfireHost.StartAsync(new OpenfireProxy { Fate = OpenfireFate.Resets });
        await ArrivesAsync(host, 3_000);
    }

    [Fact]
    public async Task A_proxy_that_takes_the_bytes_to_nowhere_must_fail_the_receiver_and_leave_no_file()
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
