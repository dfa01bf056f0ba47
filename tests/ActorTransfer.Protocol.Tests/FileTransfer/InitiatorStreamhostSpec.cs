using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>The streamhost that the peer used, and its activation.</summary>
public sealed class InitiatorStreamhostSpec : InitiatorTest
{
    [Theory]
    [InlineData("relay.north.example")]
    [InlineData("RELAY.North.Example")]
    [InlineData("relay.north.example.")]
    public void Initiator_must_find_the_used_streamhost_whatever_the_case(string written) =>
        Connects(Use(Sent, written), Proxy);

    [Theory]
    [InlineData("relay.north.example", "relay.north.example/node2")]
    [InlineData("relay.north.example/node1", "relay.north.example")]
    [InlineData("relay.north.example/node1", "relay.north.example/node2")]
    public void Initiator_must_match_another_resource_to_an_offered_JID_when_it_is_unique(string offered, string written)
    {
        var host = Proxy with { Jid = Jid.Parse(offered) };
        var step = Use(Sent with { Hosts = [Direct, host] }, written);
        Connects(step, host);
    }

    [Fact]
    public void Initiator_must_not_guess_between_two_resources()
    {
        var state = Sent with { Hosts = [Proxy with { Jid = Jid.Parse("relay.north.example/a") }, Proxy with { Jid = Jid.Parse("relay.north.example/b") }] };
        Fails(
            EndsIn<TransferOutcome.Failed>(Use(state, "relay.north.example")),
            TransferState.StreamhostSent,
            TransferSide.Peer,
            FailureReason.StreamhostUnknown);
    }

    [Fact]
    public void Initiator_must_fail_when_the_peer_uses_a_streamhost_that_was_not_offered() =>
        Fails(
            EndsIn<TransferOutcome.Failed>(Use(Sent, "evil.example")),
            TransferState.StreamhostSent,
            TransferSide.Peer,
            FailureReason.StreamhostUnknown);

    [Fact]
    public void Initiator_must_connect_to_the_used_JID_at_any_of_its_addresses()
    {
        var step = Use(Sent with { Hosts = [Proxy, Direct, ProxyAgain] }, "relay.north.example");
        Connects(step, Proxy, ProxyAgain);

        var up = Next(step, new InitiatorInput.LinkUp(ProxyAgain, [Proxy]));
        Assert.Equal(new InitiatorOutput.JudgeProxy(Proxy, Served: false), up.Outputs[0]);
        Assert.Equal(InitiatorRequest.Activation, Assert.IsType<InitiatorOutput.Ask>(up.Outputs[1]).Request);
        Assert.Equal(
            new InitiatorOutput.JudgeProxy(ProxyAgain, Served: true),
            Next(up, Answered(InitiatorRequest.Activation, new Answer.Result(null))).Outputs[0]);

        var failed = Next(step, new InitiatorInput.LinkFailed("both", [Proxy, ProxyAgain]));
        Assert.Equal(
            [new InitiatorOutput.JudgeProxy(Proxy, Served: false), new InitiatorOutput.JudgeProxy(ProxyAgain, Served: false)], failed.Outputs[..2].ToArray());
        Assert.Equal(
            new TransferOutcome.Failed(TransferState.StreamhostSent, TransferSide.Proxy, FailureReason.StreamhostUnreachable, "both"),
            EndsIn<TransferOutcome.Failed>(failed));
    }

    /// <summary>In a group chat the target is known by its room JID, which is hashed and activated; the offer tells it the address.</summary>
    [Fact]
    public void Initiator_must_give_the_address_and_activate_the_room_JID_of_a_room_member()
    {
        var occupant = Jid.Parse("darkcave@chat.shakespeare.lit/thirdwitch");
        var state = Sent with { Plan = Sent.Plan with { Peer = occupant }, Phase = TransferState.ProxyDiscovered };
        var step = Initiator.Next(state, new InitiatorInput.Listening());
        var asked = Assert.IsType<InitiatorOutput.Ask>(Assert.Single(step.Outputs));
        Assert.Equal(DestinationAddress.Compute(SessionId, Ada, occupant).Hex, asked.Payload["dstaddr"]);
        Assert.Equal(occupant, asked.To);

        step = Next(Next(step, Answered(InitiatorRequest.Streamhosts, Used(Relay))), new InitiatorInput.LinkUp(Proxy));
        Assert.Equal(new Activation(SessionId, occupant).ToXml(), Assert.IsType<InitiatorOutput.Ask>(Assert.Single(step.Outputs)).Payload);
    }

    [Theory]
    [InlineData(ErrorConditions.ItemNotFound)]
    [InlineData(ErrorConditions.NotAcceptable)]
    public void Initiator_must_report_the_offered_streamhosts_when_the_peer_uses_none(string condition)
    {
        var failed = EndsIn<TransferOutcome.Failed>(Next(
            new(Sent with { Hosts = [Direct, Proxy] }, []),
            Answered(InitiatorRequest.Streamhosts, Error(new StanzaError(ErrorType.Cancel, condition)))));
        Assert.Equal((TransferSide.Peer, FailureReason.StreamhostUnreachable), (failed.Side, failed.Reason));
        Assert.Contains($"cancel/{condition}", failed.Detail, StringComparison.Ordinal);
        Assert.Contains(Direct.Describe(), failed.Detail, StringComparison.Ordinal);
        Assert.Contains(Proxy.Describe(), failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Initiator_must_fail_when_the_claimed_direct_connection_does_not_exist()
    {
        var step = Next(Use(Sent with { Hosts = [Direct, Direct with { Port = 1 }] }, Ada.ToString()), new InitiatorInput.LinkFailed("never seen"));
        Assert.Equal(
            new TransferOutcome.Failed(TransferState.StreamhostSent, TransferSide.Peer, FailureReason.StreamhostUnreachable, "never seen"),
            EndsIn<TransferOutcome.Failed>(step));
    }

    [Fact]
    public void Initiator_must_send_the_activation_to_the_JID_of_the_streamhost()
    {
        var host = Proxy with { Jid = Jid.Parse("relay.north.example/node1") };
        var step = Next(Use(Sent with { Hosts = [host] }, "relay.north.example"), new InitiatorInput.LinkUp());
        Assert.Equal(host.Jid, Assert.IsType<InitiatorOutput.Ask>(Assert.Single(step.Outputs)).To);
    }

    [Fact]
    public void Initiator_must_blame_the_proxy_when_it_refuses_the_activation()
    {
        var state = States.Single(s => s.Letter == 'C').State;
        var outcome = Answered(state, InitiatorRequest.Activation, Error(StanzaError.NotAllowed.WithText("not both connected")));
        Fails(outcome, TransferState.Connected, TransferSide.Proxy, FailureReason.ActivationRefused);
        Assert.Contains("not-allowed \"not both connected\"", ((TransferOutcome.Failed)outcome).Detail, StringComparison.Ordinal);
    }

    private static Step<InitiatorState, InitiatorOutput> Use(InitiatorState state, string jid) =>
        Initiator.Next(state, Answered(InitiatorRequest.Streamhosts, new Answer.Result(
            new XmlElement(Namespaces.Bytestreams, "query").Add(new XmlElement(Namespaces.Bytestreams, "streamhost-used").With("jid", jid)))));
}
