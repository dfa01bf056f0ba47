using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

public sealed class TransportReplacementSpec
{
    private static readonly JingleTransport Socks5 = new JingleTransport.Socks5("t", []);
    private static readonly JingleTransport InBand = new JingleTransport.InBand("t", 4096);

    /// <summary>Every combination of transport, role, pending own replacement, bytes, earlier replacement and methods.</summary>
    [Fact]
    public void Decision_must_follow_its_rules_in_every_case()
    {
        JingleTransport[] offers = [Socks5, InBand, new JingleTransport.Unknown("t"), new JingleTransport.Socks5("", []), new JingleTransport.InBand("", 4096)];
        StreamMethods[] methods = [StreamMethods.None, StreamMethods.Direct, StreamMethods.Proxy, StreamMethods.InBand, StreamMethods.All];
        bool[] either = [false, true];
        var cases = from offered in offers
                    from role in new[] { JingleRole.Initiator, JingleRole.Responder }
                    from pending in either
                    from bytes in either
                    from replaced in either
                    from allowed in methods
                    select (offered, role, pending, bytes, replaced, allowed);
        foreach (var (offered, role, pending, bytes, replaced, allowed) in cases)
        {
            var ties = pending && role == JingleRole.Initiator;
            var isPossible = !bytes && offered.SessionId == "t";
            var expected = ties ? ReplacementDecision.TieBreak
                : isPossible && offered is JingleTransport.InBand && (allowed & StreamMethods.InBand) != 0 ? ReplacementDecision.AcceptInBand
                : isPossible && offered is JingleTransport.Socks5 && !replaced && (allowed & StreamMethods.Socks5) != 0 ? ReplacementDecision.AcceptSocks5
                : ReplacementDecision.Reject;
            Assert.Equal(expected, TransportReplacement.Decide(offered, role, pending, bytes, replaced, allowed));
        }
    }

    /// <summary>Case 43 of the peers: Dino offers SOCKS5 bytestreams again and again.</summary>
    [Fact]
    public void Socks5_must_be_accepted_once()
    {
        Assert.Equal(ReplacementDecision.AcceptSocks5, TransportReplacement.Decide(Socks5, JingleRole.Initiator, false, false, false, StreamMethods.All));
        Assert.Equal(ReplacementDecision.Reject, TransportReplacement.Decide(Socks5, JingleRole.Initiator, false, false, true, StreamMethods.All));
        Assert.Equal(ReplacementDecision.AcceptInBand, TransportReplacement.Decide(InBand, JingleRole.Initiator, false, false, true, StreamMethods.All));
    }

    /// <summary>Case 44 of the peers.</summary>
    [Fact]
    public void Of_crossing_replacements_that_of_the_initiator_must_win()
    {
        Assert.Equal(ReplacementDecision.TieBreak, TransportReplacement.Decide(InBand, JingleRole.Initiator, true, false, false, StreamMethods.All));
        Assert.Equal(ReplacementDecision.AcceptInBand, TransportReplacement.Decide(InBand, JingleRole.Responder, true, false, false, StreamMethods.All));
    }

    [Theory]
    [InlineData(JingleRole.Initiator, true, ReplacementStart.OfferInBand)]
    [InlineData(JingleRole.Responder, true, ReplacementStart.Await)]
    [InlineData(JingleRole.Initiator, false, ReplacementStart.End)]
    [InlineData(JingleRole.Responder, false, ReplacementStart.End)]
    public void Only_the_initiator_must_replace_a_transport(object role, bool mayGoInBand, object expected) =>
        Assert.Equal(expected, TransportReplacement.Start((JingleRole)role, mayGoInBand));

    /// <summary>Case 46 of the peers: none or a larger one.</summary>
    [Theory]
    [InlineData(4096, null, 4096)]
    [InlineData(4096, 2048, 2048)]
    [InlineData(4096, 8192, 4096)]
    [InlineData(4096, 0, 4096)]
    public void Block_size_must_be_lowered_only(int offered, int? accepted, int agreed) => Assert.Equal(agreed, TransportReplacement.Agree(offered, accepted));
}
