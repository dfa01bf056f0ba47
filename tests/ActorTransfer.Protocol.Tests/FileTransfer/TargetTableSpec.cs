using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>Every input in every state.</summary>
public sealed class TargetTableSpec : TargetTest
{
    /// <summary>Every input with the next state from each of OAHCVB; a dot: ignored. End states ignore all.</summary>
    private static readonly (string Name, TargetInput Input, string Leads)[] Inputs =
    [
        ("begin", new TargetInput.Begin(), "O....."),
        ("host accepts", new TargetInput.HostAccepted(StreamMethods.Socks5), "A....."),
        ("in-band", new TargetInput.InBandOffered(InBandStanza("i1")), "OAHCVB"),
        ("in-band up", new TargetInput.InBandUp(), "......"),
        ("host declines", new TargetInput.HostDeclined(SiErrors.Declined("no")), "r....."),
        ("streamhosts", new TargetInput.StreamhostsOffered(StreamhostsStanza("s2")), "OHHCVB"),
        ("broken streamhosts", new TargetInput.StreamhostsOffered(Iq.Set("s3", Bo, new XmlElement(Namespaces.Bytestreams, "query"), Ada)), "OAHCVB"),
        ("link up", new TargetInput.LinkUp(Proxy), "..C..."),
        ("link failed", new TargetInput.LinkFailed("no"), "..f..."),
        ("progressed", new TargetInput.Progressed(), "...VB."),
        ("arrived", new TargetInput.Arrived(), "...CVB"),
        ("flow whole", new TargetInput.FlowEnded(new FlowEnd.Whole(Size, "00", "f")), "...kkk"),
        ("flow closed", new TargetInput.FlowEnded(new FlowEnd.ClosedByPeer()), "...ccc"),
        ("flow broken", new TargetInput.FlowEnded(new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongLength, "x")), "...fff"),
        ("link lost", new TargetInput.LinkLost(), "fff..."),
        ("timed out", new TargetInput.TimedOut(), "ffffff"),
        ("cancel", new TargetInput.Cancel(), "cccccc"),
    ];

    public static TheoryData<char, string> EveryPair()
    {
        var pairs = new TheoryData<char, string>();
        foreach (var (letter, _) in States)
        {
            foreach (var (name, _, _) in Inputs)
            {
                pairs.Add(letter, name);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Target_must_follow_the_table_from_every_state_with_every_input(char letter, string name)
    {
        var column = Array.FindIndex(States, state => state.Letter == letter);
        var state = States[column].State;
        var (_, input, leads) = Inputs.Single(candidate => candidate.Name == name);
        var expected = column < leads.Length ? leads[column] : '.';

        var step = Target.Next(state, input);

        if (expected == '.')
        {
            Assert.Equal(state, step.State);
            Assert.Empty(step.Outputs);
            return;
        }

        Assert.Equal(States.Single(other => other.Letter == expected).State.Phase, step.State.Phase);
        Assert.Equal(step.State.Phase.IsEnd(), step.Outputs.Any(output => output is TargetOutput.Finish));
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Target_must_have_sent_all_responses_at_its_end(char letter, string name)
    {
        var state = States.Single(candidate => candidate.Letter == letter).State;
        var step = Target.Next(state, Inputs.Single(candidate => candidate.Name == name).Input);
        var answered = step.Outputs.OfType<TargetOutput.Reply>().Select(reply => reply.Answer.Id).ToArray();
        Assert.Equal(answered.Distinct(), answered);
        var isGone = name == "link lost";
        if (step.State.Phase.IsEnd() && !state.Phase.IsEnd() && !isGone)
        {
            Assert.Equal(state.Phase == TransferState.Offer, answered.Contains("offer"));
            Assert.Equal(state.Phase == TransferState.StreamhostReceived, answered.Contains("s1"));
        }
    }
}
