using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>The end of a session from this side: the resource is free when the server has closed the stream, too (RFC 6120 §4.4).</summary>
public sealed class ClientCloseSpec : ClientStreamTest
{
    private static readonly StanzaLink.End s_leave = new() { KeepsSession = true };

    [Fact]
    public async Task Link_must_close_the_stream_behind_its_stanzas_and_await_the_closing_tag_of_the_server()
    {
        await LoggedInAsync();
        _link.Tell(new StanzaLink.Write(Iq.Get("1", Bo, Ping.Query)));
        _link.Tell(StanzaLink.End.Instance);
        await _server.ReceiveAsync("id='1'");
        await _server.ReceiveAsync("</stream:stream>");
        await _server.SendAsync("<presence from='eve@south.example/x'/>"); // too late
        await StillRunsAsync(_link);
        await _parent.FishForMessageAsync<StanzaLink.Written>(_ => true);

        _parent.Watch(_link);
        await _server.SendAsync("</stream:stream>");
        await _parent.ExpectTerminatedAsync(_link);
    }

    [Fact]
    public async Task Server_that_does_not_close_the_stream_must_not_keep_the_link()
    {
        await LoggedInAsync();
        _link.Tell(StanzaLink.End.Instance);
        await _server.ReceiveAsync("</stream:stream>");
        _parent.Watch(_link);
        await PassAsync(1);
        await AdvanceAsync(_link, TimeSpan.FromSeconds(1));
        await _parent.ExpectTerminatedAsync(_link);
    }

    /// <summary>XEP-0198 §5: the server keeps a session whose stream was not closed.</summary>
    [Fact]
    public async Task Session_must_be_left_at_the_server_when_everything_sent_is_acknowledged()
    {
        await LoggedInAsync();
        _parent.Watch(_link);
        _link.Tell(new StanzaLink.Write(Iq.Get("1", Bo, Ping.Query)));
        _link.Tell(s_leave);
        await _server.ReceiveAsync("<r ");
        await _server.SendAsync("<message from='eve@south.example/x'/><a xmlns='urn:xmpp:sm:3' h='1'/>");
        await StillRunsAsync(_link);
        _link.Tell(new StanzaLink.Write(Iq.Get("2", Bo, Ping.Query).Result())); // the response to an earlier request
        await _server.ReceiveAsync("id='2'");
        await _server.ReceiveAsync("<r ");
        await _server.SendAsync("<a xmlns='urn:xmpp:sm:3' h='3'/>");
        var first = await _parent.FishForMessageAsync<object>(message => message is StanzaLink.Kept or StanzaLink.Messaged);
        var kept = Assert.IsType<StanzaLink.Kept>(first).Session;
        Assert.Equal((Ada, new StreamPosition("s1", Received: 0, Sent: 3)), (kept.Self, kept.Manager.Position));
        await _parent.ExpectTerminatedAsync(_link);
        Assert.DoesNotContain("</stream", await _server.ReceiveAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_must_be_closed_when_the_server_does_not_acknowledge_what_was_sent()
    {
        await LoggedInAsync();
        _link.Tell(s_leave);
        await _server.ReceiveAsync("<r ");
        await PassAsync(1);
        await AdvanceAsync(_link, TimeSpan.FromSeconds(1));
        await _server.ReceiveAsync("</stream:stream>");
        _parent.Watch(_link);
        await _server.SendAsync("</stream:stream>");
        await _parent.ExpectTerminatedAsync(_link);
    }

    [Fact]
    public async Task Link_that_has_not_logged_in_must_stop_at_once()
    {
        Start();
        await _server.AcceptAsync();
        _parent.Watch(_link);
        _link.Tell(StanzaLink.End.Instance);
        await _parent.ExpectTerminatedAsync(_link);
    }

    private async Task LoggedInAsync()
    {
        Start();
        await _server.LogInResumableAsync();
        await _parent.ExpectMsgAsync<StanzaLink.Opened>();
    }
}
