using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.FileTransfer.ReferenceTranscript;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>Replays the reference transcript to each side: given its stanzas, each side sends its stanzas.</summary>
public sealed class ReferenceTranscriptSpec
{
    private const string Destination = "c34ab601c693c7358f0888a101be2626b9b4d658";

    private static readonly StreamHost Proxy = new(P, "192.168.1.113", 7777);

    private static readonly InitiatorPlan Plan =
        new(I, T, SessionId, new FileDescription("img0545.png", Size, Description: "send", MimeType: "image/png"))
        {
            Methods = StreamMethods.All,
        };

    [Fact]
    public void Initiator_must_send_the_stanzas_of_the_iphone()
    {
        var step = Initiator.Next(new InitiatorState(Plan), new InitiatorInput.Begin());
        Assert.Equal(Ours(1), Sent("iq_13", step));

        step = Initiator.Next(step.State, new InitiatorInput.Answered(InitiatorRequest.Offer, AnswerIn(2)));
        Assert.IsType<InitiatorOutput.FindHosts>(Assert.Single(step.Outputs));

        step = Initiator.Next(step.State, new InitiatorInput.HostsFound(Discover()));
        Assert.Equal(Destination, Assert.IsType<InitiatorOutput.Listen>(Assert.Single(step.Outputs)).Destination.Hex);

        step = Initiator.Next(step.State, new InitiatorInput.Listening());
        // Ours contains the address, too, which a peer without support for it ignores.
        var streamhosts = Ours(8).Child(Namespaces.Bytestreams, "query")!.With("dstaddr", Destination);
        Assert.Equal(streamhosts, Sent("iq_19", step).Child(Namespaces.Bytestreams, "query"));

        step = Initiator.Next(step.State, new InitiatorInput.Answered(InitiatorRequest.Streamhosts, AnswerIn(10)));
        var connect = Assert.IsType<InitiatorOutput.Connect>(Assert.Single(step.Outputs));
        Assert.Equal((Proxy, Destination), (connect.Hosts.Single(), connect.Destination.Hex));

        step = Initiator.Next(step.State, new InitiatorInput.LinkUp());
        Assert.Equal(Ours(12), Sent("iq_21", step));

        step = Initiator.Next(step.State, new InitiatorInput.Answered(InitiatorRequest.Activation, AnswerIn(13)));
        Assert.Equal(new InitiatorOutput.StartFlow(0, Size, StreamMethod.Proxy, Proxy), step.Outputs[^1]);

        step = Initiator.Next(step.State, new InitiatorInput.FlowEnded(new FlowEnd.Whole(Size, "ab")));
        Assert.Equal(TransferState.Completed, step.State.Phase);
    }

    [Fact]
    public void Target_must_send_the_stanzas_of_the_android()
    {
        var request = Theirs(1);
        Assert.True(SiOffer.TryRead(request.Payload!, out var offer, out _));
        Assert.Equal(("img0545.png", Size, "send", "text/plain"), (offer.File.Name, offer.File.Size, offer.File.Description, offer.File.MimeType));

        var step = Target.Next(new TargetState(request, offer), new TargetInput.Begin());
        Assert.IsType<TargetOutput.AskHost>(Assert.Single(step.Outputs));

        step = Target.Next(step.State, new TargetInput.HostAccepted());
        Assert.Equal(Ours(2), Assert.IsType<TargetOutput.Reply>(Assert.Single(step.Outputs)).Answer.ToXml());

        step = Target.Next(step.State, new TargetInput.StreamhostsOffered(Theirs(8)));
        var connect = Assert.IsType<TargetOutput.Connect>(Assert.Single(step.Outputs));
        Assert.Equal(Proxy, Assert.Single(connect.Hosts));
        Assert.Equal(Destination, connect.Destination.Hex);

        step = Target.Next(step.State, new TargetInput.LinkUp(Proxy));
        Assert.Equal(Ours(10), Assert.IsType<TargetOutput.Reply>(step.Outputs[0]).Answer.ToXml());
        Assert.IsType<TargetOutput.StartFlow>(step.Outputs[1]);
    }

    [Fact]
    public void Discovery_must_send_the_requests_of_the_iphone_and_find_the_proxy() => Assert.Equal(Proxy, Assert.Single(Discover()));

    [Fact]
    public void Proxy_must_return_its_address_and_activate_as_in_the_transcript()
    {
        Assert.Equal(Ours(7), Ask(6).Result(ProxyAddress.Answer([Proxy])).ToXml());

        var request = Theirs(12);
        Assert.True(Activation.TryRead(request.Payload!, out var activation, out _));
        Assert.Equal(
            Destination,
            DestinationAddress.Variants(activation.SessionId, request.From!.ToString(), activation.TargetText)[0].Hex);

        var pair = new PairState();
        pair = ProxyPair.Next(pair, new PairInput.Arrived()).State;
        pair = ProxyPair.Next(pair, new PairInput.Arrived()).State;
        var step = ProxyPair.Next(pair, new PairInput.Activate(request));
        Assert.IsType<PairOutput.StartRelay>(step.Outputs[0]);
        Assert.Equal(Ours(13), Assert.IsType<PairOutput.Reply>(step.Outputs[1]).Answer.ToXml());
    }

    [Fact]
    public void Response_without_a_sender_must_be_accepted_only_from_the_own_server()
    {
        Assert.Null(Theirs(4).From);
        Assert.True(AnswerOrigin.IsAcceptable(Server, Theirs(4).From, I));
        Assert.False(AnswerOrigin.IsAcceptable(P, Theirs(4).From, I));
        Assert.True(AnswerOrigin.IsAcceptable(T, Theirs(10).From, I));
    }

    [Fact]
    public void Every_difference_must_have_a_reason_and_the_rest_must_be_the_same()
    {
        Assert.All(Departures, departure => Assert.NotEmpty(departure.Reason));
        foreach (var number in Shapes.Keys.Except(Departures.Select(departure => departure.Number)))
        {
            Assert.Equal(Theirs(number).ToXml(), Ours(number));
        }
    }

    /// <summary>Sends the requests of the transcript; disco#info, which it skipped, fails here, so that the name decides as it did there.</summary>
    private static ImmutableArray<StreamHost> Discover()
    {
        var step = ProxyDiscovery.Begin(Server);
        var items = Assert.Single(step.Outputs);
        Assert.Equal(Ours(3), Iq.Get("iq_15", items.To, items.Payload, I).ToXml());

        step = ProxyDiscovery.Next(step.State, items, AnswerIn(4));
        Assert.Equal(4, step.Outputs.Length);
        foreach (var info in step.Outputs)
        {
            step = ProxyDiscovery.Next(step.State, info, new Answer.Error(StanzaError.ServiceUnavailable));
        }

        var address = Assert.Single(step.Outputs);
        Assert.Equal(Ours(6), Iq.Get("iq_17", address.To, address.Payload, I).ToXml());
        return ProxyDiscovery.Next(step.State, address, AnswerIn(7)).State.Result!.Value;
    }

    private static Answer AnswerIn(int number) => new Answer.Result(Theirs(number).Payload);

    private static Iq Ask(int number) => Read(Shapes[number]) with { From = I };

    private static XmlElement Sent(string id, Step<InitiatorState, InitiatorOutput> step)
    {
        var ask = Assert.IsType<InitiatorOutput.Ask>(Assert.Single(step.Outputs));
        return Iq.Set(id, ask.To, ask.Payload, I).ToXml();
    }
}
