using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

public sealed class SessionPairSpec
{
    /// <summary>Every method, alone and as what is left when others fail.</summary>
    [Theory]
    [InlineData("all", "all", "all", StreamMethod.Direct)]
    [InlineData("all", "all", "direct", StreamMethod.Direct)]
    [InlineData("all", "all", "proxy", StreamMethod.Proxy)]
    [InlineData("all", "all", "", StreamMethod.InBand)]
    [InlineData("direct", "all", "all", StreamMethod.Direct)]
    [InlineData("all", "direct", "all", StreamMethod.Direct)]
    [InlineData("proxy", "all", "all", StreamMethod.Proxy)]
    [InlineData("all", "proxy", "all", StreamMethod.Proxy)]
    [InlineData("ibb", "all", "all", StreamMethod.InBand)]
    [InlineData("all", "ibb", "all", StreamMethod.InBand)]
    [InlineData("direct", "direct", "", null)]
    [InlineData("direct", "proxy", "all", null)]
    [InlineData("ibb", "direct", "all", null)]
    [InlineData("direct", "ibb", "all", null)]
    public void File_must_arrive_by_the_method_that_both_sides_allow_and_that_works(string sender, string receiver, string reachable, StreamMethod? expected)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var pair = new SessionPair(new PairTerms { SenderMethods = Methods(sender), ReceiverMethods = Methods(receiver), IsReachable = Reachable(reachable) }, seed);
            pair.Run();
            Check(pair, expected is not null);
            if (pair.Sender.Outcome is TransferOutcome.Completed { Method: var method })
            {
                // A race may be won by a proxy though a direct connection is possible.
                Assert.True(method == expected || (method == StreamMethod.Proxy && sender == "all" && receiver == "all" && reachable == "all"), $"{method} {seed}");
            }
        }
    }

    [Fact]
    public void Proxy_that_cannot_be_activated_must_lead_to_in_band()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var pair = new SessionPair(new PairTerms { IsReachable = Reachable("proxy"), Activates = false }, seed);
            pair.Run();
            Check(pair, completes: true);
            Assert.Equal(StreamMethod.InBand, pair.Sender.Method);
        }
    }

    /// <summary>Whatever works and in whatever order things happen: both sides end, and with the same result.</summary>
    [Fact]
    public void Both_sides_must_end_with_the_same_result()
    {
        var methods = Gen.Elements(StreamMethods.All, StreamMethods.Direct, StreamMethods.Proxy, StreamMethods.InBand, StreamMethods.Socks5);
        var terms =
            from sender in methods
            from receiver in methods
            from direct in Gen.Elements(0, 1, 2, 3)
            from proxy in Gen.Elements(0, 1, 2, 3)
            from activates in Gen.Elements(true, false)
            from seed in Gen.Choose(0, int.MaxValue)
            select (Terms: new PairTerms
            {
                SenderMethods = sender,
                ReceiverMethods = receiver,
                IsReachable = candidate => (((candidate.IsProxy ? proxy : direct) >> (candidate.Host.Jid == SessionRun.Ada ? 0 : 1)) & 1) == 1,
                Activates = activates,
            }, Seed: seed);
        Prop.ForAll(terms.ToArbitrary(), entry =>
        {
            var pair = new SessionPair(entry.Terms, entry.Seed);
            pair.Run();
            Check(pair, pair.Sender.Outcome is TransferOutcome.Completed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static void Check(SessionPair pair, bool completes)
    {
        var log = string.Join("\n", pair.Log);
        Assert.True(pair.Sender.Stage == JingleStage.Ended && pair.Receiver!.Stage == JingleStage.Ended, log);
        Assert.True(completes == pair.Sender.Outcome is TransferOutcome.Completed && completes == pair.Receiver.Outcome is TransferOutcome.Completed, log);
        if (completes)
        {
            Assert.Equal(pair.Sender.Method, pair.Receiver.Method);
            Assert.True(((TransferOutcome.Completed)pair.Sender.Outcome!).Delivery == Delivery.Confirmed, log);
            Assert.True(pair.Receiver.Match == ActorTransfer.Protocol.Hashes.HashMatch.Verified, log);
        }
    }

    private static StreamMethods Methods(string name) => name switch
    {
        "direct" => StreamMethods.Direct,
        "proxy" => StreamMethods.Proxy,
        "ibb" => StreamMethods.InBand,
        _ => StreamMethods.All,
    };

    private static Func<TransportCandidate, bool> Reachable(string name) => name switch
    {
        "direct" => candidate => !candidate.IsProxy,
        "proxy" => candidate => candidate.IsProxy,
        "all" => _ => true,
        _ => _ => false,
    };
}
