using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Socks5;

public class Socks5ServerHandshakeTests
{
    private const string Hash = "c34ab601c693c7358f0888a101be2626b9b4d658";

    private static readonly byte[] Greeting = [5, 1, 0];
    private static readonly byte[] Early = "the first bytes of a file"u8.ToArray();

    [Fact]
    public void Server_must_select_no_authentication_and_return_the_hash()
    {
        var run = ServerRun.Of(Greeting, Connect(Hash));

        Assert.Equal([5, 0], Assert.Single(run.Writes));
        Assert.Equal(Hash, Assert.IsType<Socks5ServerStep.Request>(run.Last).Address.Hex);
        Assert.True(run.Handshake.Early.IsEmpty);
    }

    [Fact]
    public void Server_must_wait_for_bytes()
    {
        Assert.IsType<Socks5ServerStep.NeedMore>(new Socks5ServerHandshake().Offer(default));
    }

    [Fact]
    public void Server_must_parse_pipelined_bytes_the_same_at_every_split()
    {
        byte[] all = [.. Greeting, .. Connect(Hash), .. Early];
        foreach (var pieces in Pieces.EverySplitInTwo(all).Append(Pieces.OneByOne(all)))
            AssertUnderstood(ServerRun.Of(pieces));
    }

    [Fact]
    public void Server_must_parse_the_same_however_the_bytes_are_split()
    {
        byte[] all = [.. Greeting, .. Connect(Hash), .. Early];
        Prop.ForAll<int[]>(places => AssertUnderstood(ServerRun.Of(Pieces.Cut(all, places)))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Server_must_survive_any_bytes_and_decide_within_the_limits_of_the_protocol()
    {
        Prop.ForAll<byte[], byte[]>((noise, tail) =>
        {
            byte[] offered = [.. noise, .. tail];
            AssertDecidesAlike(offered);
            AssertDecidesAlike([5, .. offered]);
            AssertDecidesAlike([.. Greeting, 5, .. offered]);
            AssertDecidesAlike([.. Greeting, 5, 1, 0, 3, .. offered]);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(new byte[] { 5, 0 })]
    [InlineData(new byte[] { 5, 1, 2 })]
    [InlineData(new byte[] { 5, 3, 1, 2, 0x80 })]
    public void Server_must_reply_that_no_method_is_acceptable_and_close(byte[] greeting)
    {
        var close = AssertClosed(Socks5Fault.NoAcceptableMethod, greeting);
        Assert.Equal([5, 0xFF], close.Farewell.ToArray());
    }

    [Fact]
    public void Server_must_find_its_method_anywhere_among_255()
    {
        byte[] greeting = [5, 255, .. Enumerable.Repeat((byte)0x80, 254), 0];
        var run = ServerRun.Of(greeting, Connect(Hash));
        Assert.IsType<Socks5ServerStep.Request>(run.Last);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0004\u0001\u0000\u0050")]
    [InlineData("\u0000")]
    public void Server_must_close_silently_when_the_greeting_is_not_SOCKS5(string text)
    {
        Assert.True(AssertClosed(Socks5Fault.NotSocks5, Encoding.Latin1.GetBytes(text)).Farewell.IsEmpty);
    }

    [Fact]
    public void Server_must_close_silently_at_the_first_wrong_byte_of_the_request()
    {
        Assert.True(AssertClosed(Socks5Fault.NotSocks5, [.. Greeting, 4]).Farewell.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    public void Server_must_refuse_other_commands_and_repeat_the_address(byte command)
    {
        var request = Connect(Hash);
        request[1] = command;

        var close = AssertClosed(Socks5Fault.CommandNotSupported, [.. Greeting, .. request]);

        Assert.Equal([5, 7, .. request[2..]], close.Farewell.ToArray());
    }

    [Theory]
    [InlineData("05 01 00 01 7F000001 0050", "05 08 00 01 7F000001 0050")]
    [InlineData("05 01 00 04 00000000000000000000000000000001 1F90", "05 08 00 04 00000000000000000000000000000001 1F90")]
    [InlineData("05 01 00 02", "05 08 00 01 00000000 0000")]
    [InlineData("05 03 00 09", "05 07 00 01 00000000 0000")]
    public void Server_must_refuse_addresses_that_are_not_names(string request, string reply)
    {
        var run = ServerRun.Of(Greeting, Hex(request));
        Assert.Equal(Hex(reply), Assert.IsType<Socks5ServerStep.Close>(run.Last).Farewell.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("c34ab601c693c7358f0888a101be2626b9b4d65")]
    [InlineData("c34ab601c693c7358f0888a101be2626b9b4d6580")]
    [InlineData("g34ab601c693c7358f0888a101be2626b9b4d658")]
    public void Server_must_refuse_names_that_are_not_hashes_and_repeat_them(string name)
    {
        var close = AssertClosed(Socks5Fault.NotAHash, [.. Greeting, .. Connect(name)]);
        Assert.Equal([5, 2, .. Connect(name)[2..]], close.Farewell.ToArray());
    }

    [Fact]
    public void Server_must_fold_upper_case_to_match_and_repeat_it_as_received()
    {
        var request = Connect(Hash.ToUpperInvariant());
        var run = ServerRun.Of(Greeting, request);

        Assert.Equal(Hash, Assert.IsType<Socks5ServerStep.Request>(run.Last).Address.Hex);
        Assert.Equal([5, 0, .. request[2..]], run.Handshake.Reply(Socks5Reply.Succeeded));
    }

    [Fact]
    public void Server_must_ignore_the_port_and_repeat_it()
    {
        var request = Connect(Hash);
        (request[^2], request[^1]) = (0x12, 0x34);
        var run = ServerRun.Of(Greeting, request);

        Assert.Equal(Hash, Assert.IsType<Socks5ServerStep.Request>(run.Last).Address.Hex);
        Assert.Equal([0x12, 0x34], run.Handshake.Reply(Socks5Reply.NotAllowed)[^2..]);
    }

    [Theory]
    [InlineData(Socks5Reply.Succeeded)]
    [InlineData(Socks5Reply.NotAllowed)]
    [InlineData(Socks5Reply.ConnectionRefused)]
    internal void Server_must_reply_with_the_47_bytes_that_strict_clients_expect(Socks5Reply code)
    {
        var run = ServerRun.Of(Greeting, Connect(Hash));
        Assert.Equal([5, (byte)code, 0, 3, 40, .. Encoding.ASCII.GetBytes(Hash), 0, 0], run.Handshake.Reply(code));
    }

    [Fact]
    public void Server_must_reply_to_the_old_reachability_probe_and_close()
    {
        var request = Connect("http://jabber.org/protocol/bytestreams");
        var close = AssertClosed(Socks5Fault.ReachabilityProbe, [.. Greeting, .. request]);
        Assert.Equal([5, 0, .. request[2..]], close.Farewell.ToArray());
    }

    [Fact]
    public void Server_must_decide_at_the_last_byte_of_the_longest_messages()
    {
        byte[] greeting = [5, 255, .. Enumerable.Repeat((byte)0x80, 255)];
        Assert.Equal(1 + 1 + 255, AssertClosedAfter(Socks5Fault.NoAcceptableMethod, greeting));

        var request = Connect(new string('a', 255));
        Assert.Equal(262, request.Length);
        Assert.Equal(3 + 262, AssertClosedAfter(Socks5Fault.NotAHash, [.. Greeting, .. request]));
    }

    [Fact]
    public void Server_must_accept_no_bytes_after_the_end_and_no_reply_before_a_request()
    {
        var handshake = new Socks5ServerHandshake();
        Assert.Throws<InvalidOperationException>(() => handshake.Reply(Socks5Reply.Succeeded));

        handshake.Offer([4]);
        Assert.Throws<InvalidOperationException>(() => handshake.Offer(default));
    }

    internal static byte[] Connect(string name) =>
        [5, 1, 0, 3, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0, 0];

    internal static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static void AssertUnderstood(ServerRun run)
    {
        Assert.True(DestinationAddress.TryParse(Hash, out var address));
        Assert.Equal([5, 0], Assert.Single(run.Writes));
        Assert.Equal(new Socks5ServerStep.Request(address), run.Last);
        Assert.Equal(Early, run.Stream);
    }

    private static Socks5ServerStep.Close AssertClosed(Socks5Fault why, byte[] bytes)
    {
        var close = Assert.IsType<Socks5ServerStep.Close>(ServerRun.Of(bytes).Last);
        Assert.Equal(why, close.Reason);
        return close;
    }

    private static int AssertClosedAfter(Socks5Fault why, byte[] bytes)
    {
        var run = ServerRun.Of(Pieces.OneByOne([.. bytes, .. Early]));
        Assert.Equal(why, Assert.IsType<Socks5ServerStep.Close>(run.Last).Reason);
        return run.Offered;
    }

    /// <summary>One by one or all at once: the same end, and never later than the longest greeting and request.</summary>
    private static void AssertDecidesAlike(byte[] bytes)
    {
        var (together, single) = (ServerRun.Of(bytes), ServerRun.Of(Pieces.OneByOne(bytes)));
        Assert.Equal(together.Last.GetType(), single.Last.GetType());
        Assert.Equal(together.Writes.Count, single.Writes.Count);
        if (together.Last is Socks5ServerStep.Close expected)
        {
            var actual = Assert.IsType<Socks5ServerStep.Close>(single.Last);
            Assert.Equal(expected.Reason, actual.Reason);
            Assert.Equal(expected.Farewell.ToArray(), actual.Farewell.ToArray());
        }

        Assert.True(single.Ended || bytes.Length < 257 + 262);
    }
}
