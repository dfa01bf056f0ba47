using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests.Attacks;

/// <summary>Responses from others than the addressee. Their senders know the id of the request, which is random.</summary>
public sealed class ForgedResponseSpec : ConnectionTest
{
    [Theory]
    [InlineData("eve@evil.example/x")]
    [InlineData("bo@south.example")]
    [InlineData("bo@south.example/phone")]
    [InlineData("bo@south.example/Phone2")]
    [InlineData("south.example")]
    [InlineData("bo@south.example.evil.example/Phone")]
    [InlineData("relay.south.example")]
    [InlineData("ada@north.example/other")]
    [InlineData("eve@north.example/desk")]
    [InlineData("evil.north.example")]
    public async Task Result_and_error_of_another_sender_must_be_ignored_and_counted(string forger)
    {
        using var sums = new MetricSums(Sys);
        var wire = await OpenAsync();
        Ask("q");
        var request = await WrittenAsync();
        var from = Jid.Parse(forger);
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, request.Id, from, Ada, Payload)));
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Error, request.Id, from, Ada, null, StanzaError.Forbidden)));
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, request.Id, Bo, Ada, null)));

        Assert.Equal(new Connection.Answered("q", new Answer.Result(null)), await ExpectMsgAsync<Connection.Answered>());
        await StillRunsAsync(_connection);
        Assert.False(HasMessages);
        Assert.Equal(2, sums.Of("actortransfer.iq.ignored"));
    }
}
