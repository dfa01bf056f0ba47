using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Protocol.Tests.Streams;

/// <summary>RFC 6120 §4.9.3.19.</summary>
public sealed class OtherHostTests
{
    private const string Error =
        "<error xmlns='http://etherx.jabber.org/streams'><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>{0}</see-other-host></error>";

    [Theory]
    [InlineData("im2.north.example", "im2.north.example", null)]
    [InlineData(" im2.north.example:5299\n", "im2.north.example", 5299)]
    [InlineData("im2.north.example.", "im2.north.example.", null)]
    [InlineData("localhost:1", "localhost", 1)]
    [InlineData("192.0.2.7", "192.0.2.7", null)]
    [InlineData("127.0.0.1:15541", "127.0.0.1", 15541)]
    [InlineData("[2001:db8::7]", "2001:db8::7", null)]
    [InlineData("[2001:db8::7]:65535", "2001:db8::7", 65535)]
    [InlineData("2001:db8::7", "2001:db8::7", null)]
    [InlineData("bücher.example:5222", "xn--bcher-kva.example", 5222)]
    [InlineData("_im.north.example", "_im.north.example", null)]
    public void Host_must_be_parsed_with_and_without_a_port(string text, string host, int? port) =>
        Assert.Equal(new OtherHost(host, port), OtherHost.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(":5222")]
    [InlineData("im2.north.example:")]
    [InlineData("im2.north.example:0")]
    [InlineData("im2.north.example:65536")]
    [InlineData("im2.north.example:-1")]
    [InlineData("im2.north.example:5222:5223")]
    [InlineData("im2.north.example:xmpp")]
    [InlineData("im2 north.example")]
    [InlineData("im2..north.example")]
    [InlineData("-im2.north.example")]
    [InlineData("https://im2.north.example/")]
    [InlineData("bob@im2.north.example")]
    [InlineData("[192.0.2.7]:5222")]
    [InlineData("[2001:db8::7")]
    [InlineData("[2001:db8::7]5222")]
    [InlineData("[fe80::1%eth0]:5222")]
    [InlineData("256.0.0.1")]
    [InlineData("192.0.2")]
    [InlineData("\u001b[31mred\u001b[0m")]
    [InlineData("xn--\u200b.example")]
    public void Invalid_host_must_not_be_parsed(string text) => Assert.Null(OtherHost.Read(text));

    [Fact]
    public void Too_long_name_must_not_be_parsed()
    {
        Assert.Null(OtherHost.Read(string.Join('.', Enumerable.Repeat("label", 50))));
        Assert.Null(OtherHost.Read(new string('a', 64) + ".example"));
    }

    [Theory]
    [InlineData("im2.north.example", null, "im2.north.example")]
    [InlineData("im2.north.example", 5299, "im2.north.example:5299")]
    [InlineData("2001:db8::7", 5299, "[2001:db8::7]:5299")]
    public void Host_must_be_displayed_as_written(string host, int? port, string shown) => Assert.Equal(shown, new OtherHost(host, port).ToString());

    [Fact]
    public void Client_must_be_redirected_before_and_after_its_login()
    {
        foreach (var run in new[] { new ClientRun(ClientRun.Terms).Open(), ClientRun.LoggedIn(), ClientRun.ReadyAndManaged() })
        {
            var close = run.Receives(string.Format(null, Error, "127.0.0.1:15541")).Closed;
            Assert.Equal(new OtherHost("127.0.0.1", 15541), close.Redirect);
            Assert.Contains("127.0.0.1:15541", close.Reason, StringComparison.Ordinal);
            Assert.False(close.ForGood);
        }
    }

    [Fact]
    public void Client_must_report_an_invalid_redirect()
    {
        var close = new ClientRun(ClientRun.Terms).Open().Receives(string.Format(null, Error, "over there\u202e!")).Closed;
        Assert.Null(close.Redirect);
        Assert.Equal("the server refers to 'over there\\u{202E}!', which is not a host (see-other-host)", close.Reason);
    }

    [Fact]
    public void Conflict_must_differ_from_other_refusals()
    {
        foreach (
            var (condition, fault) in new[] { ("conflict", LinkFault.Conflict), ("host-unknown", LinkFault.StreamRefused), ("reset", LinkFault.Unreachable) })
        {
            var error = $"<error xmlns='http://etherx.jabber.org/streams'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>";
            Assert.Equal(fault, ClientRun.Ready().Receives(error).Closed.Fault);
        }
    }
}
