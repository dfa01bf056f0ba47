using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Socks5;

public class Socks5ClientHandshakeTests
{
    private const string Hash = "c34ab601c693c7358f0888a101be2626b9b4d658";

    private static readonly byte[] Method = [5, 0];
    private static readonly byte[] Early = "the first bytes of a file"u8.ToArray();

    [Fact]
    public void Client_must_offer_no_authentication_only()
    {
        Assert.Equal([5, 1, 0], NewHandshake().Greeting.ToArray());
    }

    /// <summary>The request of the published transcript, in hexadecimal.</summary>
    [Fact]
    public void Client_must_send_the_connect_of_the_transcript_byte_for_byte()
    {
        var expected = Socks5ServerHandshakeTests.Hex(
            "05 01 00 03 28"
            + "63 33 34 61 62 36 30 31 63 36 39 33 63 37 33 35 38 66 30 38"
            + "38 38 61 31 30 31 62 65 32 36 32 36 62 39 62 34 64 36 35 38"
            + "00 00");

        var write = Assert.IsType<Socks5ClientStep.Write>(NewHandshake().Offer(Method));

        Assert.Equal(47, write.Bytes.Length);
        Assert.Equal(expected, write.Bytes.ToArray());
    }

    public static TheoryData<string> GrantingReplies() => new()
    {
        "05 00 00 03 28 " + Convert.ToHexString(Encoding.ASCII.GetBytes(Hash)) + " 0000",
        "05 00 00 03 28 " + Convert.ToHexString(Encoding.ASCII.GetBytes(new string('0', 40))) + " 1F90",
        "05 00 00 03 09 " + Convert.ToHexString("127.0.0.1"u8) + " 0000",
        "05 00 00 03 00 0000",
        "05 00 00 03 FF " + new string('4', 510) + " 0000",
        "05 00 00 01 00000000 0000",
        "05 00 00 04 00000000000000000000000000000000 0000",
        "05 00 77 01 7F000001 1F90",
    };

    [Theory]
    [MemberData(nameof(GrantingReplies))]
    public void Client_must_accept_any_wellformed_address_in_the_reply_at_every_split(string reply)
    {
        byte[] all = [.. Method, .. Socks5ServerHandshakeTests.Hex(reply), .. Early];
        foreach (var pieces in Pieces.EverySplitInTwo(all).Append(Pieces.OneByOne(all)))
            AssertConnected(Run(pieces));
    }

    [Fact]
    public void Client_must_parse_the_same_however_the_bytes_are_split()
    {
        byte[] all = [.. Method, 5, 0, 0, 3, 40, .. Encoding.ASCII.GetBytes(Hash), 0, 0, .. Early];
        Prop.ForAll<int[]>(places => AssertConnected(Run(Pieces.Cut(all, places)))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Client_must_survive_any_bytes()
    {
        Prop.ForAll<byte[], byte[]>((noise, tail) =>
        {
            byte[] offered = [.. noise, .. tail];
            AssertEndsAlike(offered);
            AssertEndsAlike([.. Method, 5, .. offered]);
            AssertEndsAlike([.. Method, 5, 0, 0, 3, .. offered]);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("05 01")]
    [InlineData("05 01 00 03 28")]
    [InlineData("05 01 00 01 00000000 0000")]
    public void Client_must_accept_a_refusal_that_ends_with_its_code(string reply)
    {
        var (last, _, _) = Run(Method, Socks5ServerHandshakeTests.Hex(reply));
        Assert.Equal(new Socks5ClientStep.Refused(1), last);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Client_must_report_the_code_of_a_refusal(byte code)
    {
        var (last, _, _) = Run(Method, [5, code, 0, 3]);
        Assert.Equal(new Socks5ClientStep.Refused(code), last);
    }

    [Theory]
    [InlineData("04 00")]
    [InlineData("00")]
    [InlineData("05 FF")]
    [InlineData("05 02")]
    [InlineData("48 54 54 50")]
    public void Client_must_fail_when_the_method_is_not_the_offered_one(string answer)
    {
        var (last, writes, _) = Run(Socks5ServerHandshakeTests.Hex(answer));
        Assert.IsType<Socks5ClientStep.Invalid>(last);
        Assert.Empty(writes);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("04 00 00 03")]
    [InlineData("05 00 00 02")]
    [InlineData("05 00 00 00")]
    [InlineData("05 00 00 FF")]
    public void Client_must_fail_when_the_reply_is_invalid(string reply)
    {
        var (last, _, _) = Run(Method, Socks5ServerHandshakeTests.Hex(reply));
        Assert.IsType<Socks5ClientStep.Invalid>(last);
    }

    [Fact]
    public void Client_must_accept_no_bytes_after_the_end()
    {
        var handshake = NewHandshake();
        handshake.Offer([4]);
        Assert.Throws<InvalidOperationException>(() => handshake.Offer(default));
    }

    [Fact]
    public void Client_and_server_of_this_library_must_understand_each_other()
    {
        var (client, server) = (NewHandshake(), new Socks5ServerHandshake());

        var method = Assert.IsType<Socks5ServerStep.Write>(server.Offer(client.Greeting.Span));
        var connect = Assert.IsType<Socks5ClientStep.Write>(client.Offer(method.Bytes.Span));
        var request = Assert.IsType<Socks5ServerStep.Request>(server.Offer(connect.Bytes.Span));
        var last = client.Offer(server.Reply(Socks5Reply.Succeeded));

        Assert.Equal(Hash, request.Address.Hex);
        Assert.IsType<Socks5ClientStep.Connected>(last);
        Assert.True(client.Early.IsEmpty);
    }

    private static Socks5ClientHandshake NewHandshake()
    {
        Assert.True(DestinationAddress.TryParse(Hash, out var address));
        return new Socks5ClientHandshake(address);
    }

    /// <summary>Drives a handshake like a socket loop; the stream is the early bytes and those never offered.</summary>
    private static (Socks5ClientStep Last, List<byte[]> Writes, byte[] Stream) Run(params byte[][] pieces)
    {
        var handshake = NewHandshake();
        var writes = new List<byte[]>();
        var after = new List<byte>();
        Socks5ClientStep last = new Socks5ClientStep.NeedMore();
        foreach (var piece in pieces)
        {
            if (last is not Socks5ClientStep.NeedMore)
            {
                after.AddRange(piece);
                continue;
            }

            last = handshake.Offer(piece);
            while (last is Socks5ClientStep.Write write)
            {
                writes.Add(write.Bytes.ToArray());
                last = handshake.Offer(default);
            }
        }

        return (last, writes, [.. handshake.Early.Span, .. after]);
    }

    private static void AssertConnected((Socks5ClientStep Last, List<byte[]> Writes, byte[] Stream) run)
    {
        Assert.IsType<Socks5ClientStep.Connected>(run.Last);
        Assert.Single(run.Writes);
        Assert.Equal(Early, run.Stream);
    }

    private static void AssertEndsAlike(byte[] bytes)
    {
        var (together, single) = (Run(bytes), Run(Pieces.OneByOne(bytes)));
        Assert.Equal(together.Last, single.Last);
        Assert.Equal(together.Writes, single.Writes);
    }
}
