using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>The end of a session from this side: the resource is free when the server has closed the stream, too (RFC 6120 §4.4).</summary>
public sealed class ClientCloseSpec : ClientStreamTest
{
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
