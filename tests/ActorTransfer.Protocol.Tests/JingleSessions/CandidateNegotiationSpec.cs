using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

public sealed class CandidateNegotiationSpec
{
    /// <summary>Own candidates: a direct one and a proxy, at 50 and 20. Those of the peer are at 60, 50, 40 (direct), 30, 20 and 10 (proxies).</summary>
    private static readonly ImmutableArray<TransportCandidate> Own = [Candidate("D50"), Candidate("P20")];

    private static readonly ImmutableArray<TransportCandidate> Peers =
        [Candidate("d10x"), Candidate("p10"), Candidate("d60"), Candidate("d50"), Candidate("d40"), Candidate("p30"), Candidate("p20")];

    private static NegotiationState Racing(JingleRole role = JingleRole.Initiator) => Start(new NegotiationState(role, Own, Peers)).State;

    [Fact]
    public void Race_must_begin_with_the_highest_priority()
    {
        var step = Start(new NegotiationState(JingleRole.Responder, Own, Peers));
        Assert.Equal(new NegotiationOutput.StartTimer(JingleTimer.Candidates), step.Outputs[0]);
        var race = Assert.IsType<NegotiationOutput.Race>(step.Outputs[1]);
        Assert.Equal([60, 50, 40, 30, 20, 10, 10], race.Candidates.Select(candidate => candidate.Priority));
    }

    [Fact]
    public void Side_without_candidates_to_reach_must_report_an_error_at_once()
    {
        var step = Start(new NegotiationState(JingleRole.Initiator, Own, []));
        Assert.Equal([Timer(JingleTimer.Candidates), Notify(new TransportNotice.CandidateError())], step.Outputs.ToArray());
        Assert.Equal(NegotiationPhase.Racing, step.State.Phase);
    }

    /// <summary>As for stream initiation: a server without a proxy is a matter of its operator.</summary>
    [Fact]
    public void Sides_without_candidates_must_fail_for_want_of_a_streamhost()
    {
        var step = ReportPeer(Start(new NegotiationState(JingleRole.Initiator, [], [])).State, "");
        var failed = Assert.IsType<NegotiationOutput.Failed>(step.Outputs[^1]);
        Assert.Equal((TransferSide.Server, FailureReason.NoStreamhost), (failed.Side, failed.Reason));
    }

    /// <summary>Own result x result of the peer x role x order of arrival, against the table of the specification.</summary>
    [Fact]
    public void Nomination_must_follow_the_table_of_the_specification()
    {
        string?[] ownResults = [null, "", .. Peers.Select(candidate => candidate.Id)];
        string?[] peerResults = [null, "", .. Own.Select(candidate => candidate.Id)];
        var cases = 0;
        foreach (var role in new[] { JingleRole.Initiator, JingleRole.Responder })
        {
            foreach (var (own, peer) in ownResults.SelectMany(own => peerResults.Select(peer => (own, peer))))
            {
                foreach (var ownFirst in new[] { true, false })
                {
                    var step = ownFirst ? ReportPeer(RunOwn(Racing(role), own), peer) : RunOwn(ReportPeer(Racing(role), peer), own);
                    Assert.True(Expected(role, own, peer) == Show(step), $"{role}, own {own ?? "none"}, peer {peer ?? "none"}, own first {ownFirst}: {Show(step)}");
                    cases++;
                }
            }
        }

        Assert.Equal(144, cases);
    }

    /// <summary>The table, written again: what is nominated and what is awaited for it.</summary>
    private static string Expected(JingleRole role, string? own, string? peer)
    {
        var (reached, offered) = (Candidates(own).SingleOrDefault(), Candidates(peer).SingleOrDefault());
        if (reached is { Priority: > 50 })
        {
            return Peer(reached);
        }

        if (own is null || peer is null)
        {
            return "Racing";
        }

        return (reached, offered) switch
        {
            (null, null) => "Failed",
            (null, { } ours) => Ours(ours),
            ({ } theirs, null) => Peer(theirs),
            ({ } theirs, { } ours) when theirs.Priority > ours.Priority => Peer(theirs),
            ({ } theirs, { } ours) when theirs.Priority < ours.Priority => Ours(ours),
            // The candidate of the responder.
            ({ } theirs, _) when role == JingleRole.Initiator => Peer(theirs),
            (_, { } ours) => Ours(ours),
        };

        static string Peer(TransportCandidate candidate) => candidate.IsProxy ? $"AwaitingActivation {candidate.Id}" : $"Done {candidate.Id}";
        static string Ours(TransportCandidate candidate) => $"AwaitingOwnLink {candidate.Id}";
        static IEnumerable<TransportCandidate> Candidates(string? id) => id is null or "" ? [] : [Candidate(id)];
    }

    /// <summary>Case 30 of the peers.</summary>
    [Theory]
    [InlineData(JingleRole.Initiator, false)]
    [InlineData(JingleRole.Responder, true)]
    public void Of_equal_priorities_the_candidate_of_the_responder_must_win(object role, bool own)
    {
        var step = ReportPeer(RunOwn(Racing((JingleRole)role), "d50"), "D50");
        Assert.Equal(own ? "D50" : "d50", step.State.Nominated!.Id);
    }

    /// <summary>Case 31 of the peers. Whoever executes the output closes all other links.</summary>
    [Fact]
    public void Of_different_priorities_the_higher_must_win()
    {
        var step = ReportPeer(RunOwn(Racing(), "d60"), "D50");
        Assert.Equal(new NegotiationOutput.UseLink(Candidate("d60"), IsOwn: false), Assert.Single(RunOwn(Racing(), "d60").Outputs, output => output is NegotiationOutput.UseLink));
        Assert.Empty(step.Outputs);
    }

    /// <summary>Case 32 of the peers.</summary>
    [Fact]
    public void Race_must_go_on_above_the_candidate_that_the_peer_uses()
    {
        var step = ReportPeer(Racing(), "D50");
        Assert.Equal([new NegotiationOutput.OnlyAbove(50)], step.Outputs.ToArray());
        step = CandidateNegotiation.Next(step.State, new NegotiationInput.RaceWon("d60"));
        Assert.Equal([Notify(new TransportNotice.CandidateUsed("d60")), new NegotiationOutput.UseLink(Candidate("d60"), IsOwn: false)], step.Outputs.ToArray());
    }

    [Fact]
    public void Race_must_stop_when_no_candidate_is_better_than_the_one_that_the_peer_uses()
    {
        var state = Start(new NegotiationState(JingleRole.Initiator, Own, [Candidate("d50"), Candidate("d40")])).State;
        var step = ReportPeer(state, "D50");
        Assert.Equal(
            [new NegotiationOutput.StopRace(), Notify(new TransportNotice.CandidateError()), Timer(JingleTimer.OwnLink), new NegotiationOutput.TakeDirect(Candidate("D50"))],
            step.Outputs.ToArray());
        Assert.Empty(CandidateNegotiation.Next(step.State, new NegotiationInput.RaceWon("d50")).Outputs);
    }

    /// <summary>Case 33 of the peers.</summary>
    [Fact]
    public void Candidate_used_with_an_unknown_id_must_be_recognised_and_change_nothing()
    {
        var unknown = new TransportNotice.CandidateUsed("d60");
        Assert.False(Racing().Knows(unknown));
        Assert.True(Racing().Knows(new TransportNotice.CandidateUsed("D50")));
        var step = CandidateNegotiation.Next(Racing(), new NegotiationInput.Reported(unknown));
        Assert.Empty(step.Outputs);
        Assert.Null(step.State.PeerResult);
    }

    /// <summary>Case 34 of the peers: Gajim does not notice that its connection was refused.</summary>
    [Fact]
    public void Direct_candidate_to_which_the_peer_is_not_connected_must_fail()
    {
        var step = ReportPeer(RunOwn(Racing(), ""), "D50");
        Assert.Contains(new NegotiationOutput.TakeDirect(Candidate("D50")), step.Outputs);
        Assert.IsType<NegotiationOutput.Failed>(Assert.Single(CandidateNegotiation.Next(step.State, new NegotiationInput.OwnLinkFailed("none arrived")).Outputs));
        Assert.IsType<NegotiationOutput.Failed>(Assert.Single(CandidateNegotiation.Next(step.State, new NegotiationInput.TimedOut()).Outputs));
        Assert.Equal(
            [new NegotiationOutput.UseLink(Candidate("D50"), IsOwn: true)], CandidateNegotiation.Next(step.State, new NegotiationInput.OwnLinkUp()).Outputs.ToArray());
    }

    /// <summary>Case 35 of the peers: Conversations as initiator reports nothing but the activation.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Activation_of_the_proxy_that_this_side_reached_must_nominate_it(string? peerResult)
    {
        var state = ReportPeer(RunOwn(Racing(JingleRole.Responder), "p30").State, peerResult).State;
        var step = Report(state, new TransportNotice.Activated("p30"));
        Assert.Equal([new NegotiationOutput.UseLink(Candidate("p30"), IsOwn: false)], step.Outputs.ToArray());
    }

    [Fact]
    public void Failure_must_tell_why_candidates_were_not_reached()
    {
        var step = ReportPeer(CandidateNegotiation.Next(Racing(), new NegotiationInput.RaceLost("d60: refused")), "");
        Assert.Contains("d60: refused", Assert.IsType<NegotiationOutput.Failed>(Assert.Single(step.Outputs)).Detail, StringComparison.Ordinal);
    }

    /// <summary>Case 36 of the peers.</summary>
    [Fact]
    public void Silence_of_the_peer_must_count_as_its_error()
    {
        var step = CandidateNegotiation.Next(Racing(), new NegotiationInput.TimedOut());
        Assert.Equal(
            [new NegotiationOutput.StopRace(), Notify(new TransportNotice.CandidateError()), Timer(JingleTimer.PeerCandidates)], step.Outputs.ToArray());
        Assert.IsType<NegotiationOutput.Failed>(Assert.Single(CandidateNegotiation.Next(step.State, new NegotiationInput.TimedOut()).Outputs));
        Assert.Equal("AwaitingOwnLink P20", Show(ReportPeer(step, "P20")));
        step = CandidateNegotiation.Next(RunOwn(Racing(), "d40").State, new NegotiationInput.TimedOut());
        Assert.Equal([Timer(JingleTimer.PeerCandidates)], step.Outputs.ToArray());
        Assert.Equal("Done d40", Show(CandidateNegotiation.Next(step.State, new NegotiationInput.TimedOut())));
        Assert.Equal("AwaitingOwnLink P20", Show(CandidateNegotiation.Next(ReportPeer(Racing(), "P20").State, new NegotiationInput.TimedOut())));
    }

    [Fact]
    public void Own_proxy_must_be_activated_before_it_is_used()
    {
        var step = ReportPeer(RunOwn(Racing(), ""), "P20");
        Assert.Equal([Timer(JingleTimer.OwnLink), new NegotiationOutput.Activate(Candidate("P20"))], step.Outputs.ToArray());
        step = CandidateNegotiation.Next(step.State, new NegotiationInput.OwnLinkUp());
        Assert.Equal([Notify(new TransportNotice.Activated("P20")), new NegotiationOutput.UseLink(Candidate("P20"), IsOwn: true)], step.Outputs.ToArray());
    }

    /// <summary>Case 37 of the peers: Psi rejects a proxy-error without its candidate.</summary>
    [Fact]
    public void Failed_activation_must_be_reported_with_its_candidate()
    {
        var state = ReportPeer(RunOwn(Racing(), ""), "P20").State;
        foreach (var input in new NegotiationInput[] { new NegotiationInput.OwnLinkFailed("forbidden"), new NegotiationInput.TimedOut() })
        {
            var step = CandidateNegotiation.Next(state, input);
            Assert.Equal(Notify(new TransportNotice.ProxyError("P20")), step.Outputs[0]);
            Assert.Equal(FailureReason.ActivationRefused, Assert.IsType<NegotiationOutput.Failed>(step.Outputs[1]).Reason);
        }
    }

    /// <summary>Case 38 of the peers.</summary>
    [Theory]
    [InlineData("p30", true)]
    [InlineData(null, true)]
    [InlineData("p20", false)]
    public void Proxy_error_about_the_proxy_that_this_side_reached_must_fail(string? id, bool fails)
    {
        var awaiting = ReportPeer(RunOwn(Racing(), "p30"), "");
        Assert.Equal("AwaitingActivation p30", Show(awaiting));
        Assert.Equal([Timer(JingleTimer.PeerActivation)], awaiting.Outputs.ToArray());
        foreach (var state in new[] { awaiting.State, RunOwn(Racing(), "p30").State })
        {
            Assert.Equal(fails, Report(state, new TransportNotice.ProxyError(id)).Outputs.Any(output => output is NegotiationOutput.Failed));
        }
    }

    [Fact]
    public void Proxy_of_the_peer_must_be_activated_in_time() => Assert.Equal(
        FailureReason.Timeout,
        Assert.IsType<NegotiationOutput.Failed>(Assert.Single(
            CandidateNegotiation.Next(ReportPeer(RunOwn(Racing(), "p30"), "").State, new NegotiationInput.TimedOut()).Outputs)).Reason);

    /// <summary>Case 39 of the peers.</summary>
    [Theory]
    [InlineData("d50", "d50")]
    [InlineData("p30", "p20")]
    [InlineData("p30", "P20")]
    [InlineData("p30", "x")]
    [InlineData("", "p30")]
    [InlineData(null, "p30")]
    public void Activation_of_another_candidate_must_be_ignored(string? own, string activated)
    {
        var state = RunOwn(Racing(), own).State;
        Assert.Equal(Step<NegotiationState, NegotiationOutput>.Ignore(state), Report(state, new TransportNotice.Activated(activated)));
    }

    [Fact]
    public void Second_activation_must_be_ignored()
    {
        var state = Report(RunOwn(Racing(), "p30").State, new TransportNotice.Activated("p30")).State;
        Assert.Empty(Report(state, new TransportNotice.Activated("p30")).Outputs);
    }

    [Fact]
    public void Second_result_of_the_peer_must_be_ignored()
    {
        var state = ReportPeer(Racing(), "").State;
        Assert.Equal(Step<NegotiationState, NegotiationOutput>.Ignore(state), ReportPeer(state, "D50"));
    }

    [Fact]
    public void Refused_report_must_fail_the_negotiation() => Assert.IsType<NegotiationOutput.Failed>(
        Assert.Single(CandidateNegotiation.Next(RunOwn(Racing(), "d40").State, new NegotiationInput.ReportRefused("unknown cid")).Outputs));

    [Fact]
    public void Nothing_must_happen_before_the_start_and_after_the_end()
    {
        var ended = new[] { NegotiationPhase.Pending, NegotiationPhase.Done, NegotiationPhase.Failed }.Select(phase => Racing() with { Phase = phase });
        foreach (var state in ended)
        {
            NegotiationInput[] inputs =
            [
                new NegotiationInput.RaceWon("d60"), new NegotiationInput.RaceLost("no"), new NegotiationInput.TimedOut(), new NegotiationInput.OwnLinkUp(),
                new NegotiationInput.OwnLinkFailed("no"), new NegotiationInput.ReportRefused("no"), new NegotiationInput.Reported(new TransportNotice.CandidateUsed("D50")),
            ];
            Assert.All(inputs, input => Assert.Equal(Step<NegotiationState, NegotiationOutput>.Ignore(state), CandidateNegotiation.Next(state, input)));
        }
    }

    /// <summary>Two of these against each other: whatever can be reached and in whatever order messages and results come, both use the same candidate.</summary>
    [Fact]
    public void Both_sides_must_agree_on_one_candidate()
    {
        var offers = Gen.Choose(0, 3).SelectMany(count => Gen.ArrayOf(
            from priority in Gen.Choose(1, 4)
            from isProxy in Gen.Elements(true, false)
            from isReachable in Gen.Elements(true, false)
            select (Priority: priority, IsProxy: isProxy, IsReachable: isReachable), count));
        var runs = from a in offers from b in offers from seed in Gen.Choose(0, int.MaxValue) select (a, b, seed);
        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var pair = new NegotiatingPair(
                [.. run.a.Select((c, at) => (Candidate($"{(c.IsProxy ? 'P' : 'D')}{c.Priority}{(char)('a' + at)}"), c.IsReachable))],
                [.. run.b.Select((c, at) => (Candidate($"{(c.IsProxy ? 'p' : 'd')}{c.Priority}{(char)('a' + at)}"), c.IsReachable))],
                run.seed);
            pair.Run();
            var isAny = run.a.Concat(run.b).Any(candidate => candidate.IsReachable);
            return pair.Used is var (initiator, responder) && initiator == responder && (initiator is not null) == isAny;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    /// <summary>The letter is the type, the number the priority.</summary>
    private static TransportCandidate Candidate(string id) => new(
        id,
        char.ToLowerInvariant(id[0]) == 'p' ? CandidateType.Proxy : CandidateType.Direct,
        new StreamHost(Jid.Parse("a@b/c"), "192.0.2.1", 7000),
        int.Parse(string.Concat(id.Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture));

    private static Step<NegotiationState, NegotiationOutput> Start(NegotiationState state) => CandidateNegotiation.Next(state, new NegotiationInput.Start());

    private static Step<NegotiationState, NegotiationOutput> RunOwn(Step<NegotiationState, NegotiationOutput> step, string? id) => RunOwn(step.State, id);

    /// <summary>Empty = the race is lost.</summary>
    private static Step<NegotiationState, NegotiationOutput> RunOwn(NegotiationState state, string? id) => id switch
    {
        null => Step<NegotiationState, NegotiationOutput>.Ignore(state),
        "" => CandidateNegotiation.Next(state, new NegotiationInput.RaceLost("no")),
        _ => CandidateNegotiation.Next(state, new NegotiationInput.RaceWon(id)),
    };

    private static Step<NegotiationState, NegotiationOutput> ReportPeer(Step<NegotiationState, NegotiationOutput> step, string? id) => ReportPeer(step.State, id);

    private static Step<NegotiationState, NegotiationOutput> ReportPeer(NegotiationState state, string? id) => id switch
    {
        null => Step<NegotiationState, NegotiationOutput>.Ignore(state),
        "" => Report(state, new TransportNotice.CandidateError()),
        _ => Report(state, new TransportNotice.CandidateUsed(id)),
    };

    private static Step<NegotiationState, NegotiationOutput> Report(NegotiationState state, TransportNotice notice) =>
        CandidateNegotiation.Next(state, new NegotiationInput.Reported(notice));

    private static string Show(Step<NegotiationState, NegotiationOutput> step) => $"{step.State.Phase} {step.State.Nominated?.Id}".TrimEnd();

    private static NegotiationOutput.Notify Notify(TransportNotice notice) => new(notice);

    private static NegotiationOutput.StartTimer Timer(JingleTimer timer) => new(timer);
}
