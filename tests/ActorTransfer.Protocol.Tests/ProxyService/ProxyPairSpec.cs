using System.Collections.Immutable;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using FsCheck;
using FsCheck.Fluent;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.ProxyService;

public sealed class ProxyPairSpec
{
    private static readonly PairInput Arrived = PairInput.Arrived.Welcome;

    private static readonly PairInput Whole = PairInput.DirectionEnded.InOrder;

    private static readonly PairInput Failed = PairInput.DirectionEnded.WithFault;

    private PairState _pair = new();

    [Fact]
    public void Pair_must_relay_when_both_are_connected_and_activated()
    {
        Assert.Equal([PairOutput.Grant.Instance], Take(Arrived));
        Assert.Equal([PairOutput.Grant.Instance], Take(Arrived));
        Assert.Equal(PairPhase.Ready, _pair.Phase);
        Assert.Equal([new PairOutput.StartRelay(ActivateStanza("a")), new PairOutput.Reply(ActivateStanza("a").Result())], Take(Activate("a")));
        Assert.Empty(Take(Whole));
        Assert.Equal(PairPhase.HalfClosed, _pair.Phase);
        Assert.Equal([new PairOutput.Close(PairEnd.Relayed)], Take(Whole));
        Assert.Equal(PairPhase.Closed, _pair.Phase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pair_must_refuse_a_third_connection_without_effect(bool active)
    {
        Take(Arrived, Arrived);
        if (active)
        {
            Take(Activate("a"));
        }

        var before = _pair;
        Assert.Equal([new PairOutput.Refuse(Socks5Reply.NotAllowed)], Take(Arrived));
        Assert.Equal(before, _pair);
    }

    [Fact]
    public void Pair_must_hold_an_activation_that_overtook_the_second_connection()
    {
        Take(Arrived);
        Assert.Equal([PairOutput.Hold.Instance], Take(Activate("a")));
        Assert.Equal(
            [PairOutput.Grant.Instance, new PairOutput.StartRelay(ActivateStanza("a")), new PairOutput.Reply(ActivateStanza("a").Result())],
            Take(Arrived));
        Assert.Equal(PairPhase.Active, _pair.Phase);
    }

    [Fact]
    public void Repeated_activation_must_not_disturb_the_held_one()
    {
        Take(Arrived);
        Take(Activate("a"));
        Assert.Empty(Take(Activate("a")));
        Assert.Equal(("b", ErrorConditions.Conflict), OnlyError(Take(Activate("b"))));
        Take(Arrived);
        Assert.Equal(PairPhase.Active, _pair.Phase);
    }

    [Fact]
    public void Pair_must_refuse_a_held_activation_without_a_second_connection()
    {
        Take(Arrived, Activate("a"));
        Assert.Equal(("a", ErrorConditions.NotAllowed), OnlyError(Take(PairInput.HoldExpired.Instance)));
        Assert.Equal(PairPhase.Waiting, _pair.Phase);
        Assert.Equal([PairOutput.Grant.Instance], Take(Arrived));
        Assert.Contains(new PairOutput.StartRelay(ActivateStanza("b")), Take(Activate("b")));
    }

    [Fact]
    public void Pair_must_refuse_a_second_activation_as_conflict()
    {
        Take(Arrived, Activate("a"));
        Assert.Equal(("b", ErrorConditions.Conflict), OnlyError(Take(Activate("b"))));
        Take(Arrived);
        Assert.Equal(("c", ErrorConditions.Conflict), OnlyError(Take(Activate("c"))));
        Assert.Equal(PairPhase.Active, _pair.Phase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Pair_must_close_when_the_activation_times_out(int clients)
    {
        Take([.. Enumerable.Repeat(Arrived, clients)]);
        Assert.Equal([new PairOutput.Close(PairEnd.NotActivated)], Take(PairInput.TimeIsUp.Instance));
    }

    [Fact]
    public void Pair_must_ignore_old_timers_once_it_is_active()
    {
        Take(Arrived, Arrived, Activate("a"));
        Assert.Empty(Take(PairInput.HoldExpired.Instance));
        Assert.Empty(Take(PairInput.ClientClosed.Instance));
        Assert.Empty(Take(PairInput.ShutDown.Instance));
        Assert.Equal(PairPhase.Active, _pair.Phase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Pair_must_close_when_a_client_closes_before_the_activation(int clients)
    {
        Take([.. Enumerable.Repeat(Arrived, clients)]);
        Assert.Equal([new PairOutput.Close(PairEnd.ClientClosed)], Take(PairInput.ClientClosed.Instance));
    }

    [Fact]
    public void Pair_must_respond_to_a_held_activation_before_it_closes()
    {
        foreach (var (end, condition) in new (PairInput, string)[]
        {
            (PairInput.ClientClosed.Instance, ErrorConditions.NotAllowed), (PairInput.TimeIsUp.Instance, ErrorConditions.NotAllowed),
            (PairInput.ShutDown.Instance, ErrorConditions.InternalServerError), (PairInput.Failed.Instance, ErrorConditions.InternalServerError),
        })
        {
            _pair = new PairState();
            Take(Arrived, Activate("a"));
            var outputs = Take(end);
            Assert.Equal(("a", condition), OnlyError([outputs[0]]));
            Assert.IsType<PairOutput.Close>(outputs[1]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pair_must_close_when_its_activation_exceeds_a_limit(bool held)
    {
        var limit = StanzaError.ResourceConstraint;
        Take(Arrived);
        var outputs = held
            ? Take(Activate("a"), new PairInput.Arrived(limit))[1..]
            : Take(Arrived, new PairInput.Activate(ActivateStanza("a"), limit));
        Assert.Equal([new PairOutput.Reply(ActivateStanza("a").Fail(limit)), new PairOutput.Close(PairEnd.Refused)], outputs);
        Assert.Equal(PairPhase.Closed, _pair.Phase);
    }

    [Theory]
    [InlineData("", false, PairEnd.Idle)]
    [InlineData("", true, PairEnd.Idle)]
    [InlineData("w", false, PairEnd.Relayed)]
    [InlineData("w", true, PairEnd.Idle)]
    [InlineData("t", true, PairEnd.Broken)]
    [InlineData("wt", false, PairEnd.Broken)]
    internal void Pair_must_end_by_its_phase_when_it_times_out(string ended, bool stuck, PairEnd why)
    {
        Take(Arrived, Arrived, Activate("a"));
        Take([.. ended.Select(letter => letter == 'w' ? Whole : Failed)]);
        Assert.Equal([new PairOutput.Close(why)], Take(new PairInput.TimeIsUp(stuck)));
    }

    [Theory]
    [InlineData("tw")]
    [InlineData("tt")]
    public void Pair_must_close_at_once_when_no_bytes_are_in_flight_after_a_failure(string ended)
    {
        Take(Arrived, Arrived, Activate("a"));
        Assert.Equal([new PairOutput.Close(PairEnd.Broken)], Take([.. ended.Select(letter => letter == 'w' ? Whole : Failed)]));
    }

    [Fact]
    public void Pair_must_refuse_connections_and_requests_after_its_end()
    {
        Take(Arrived, PairInput.ClientClosed.Instance);
        Assert.Equal([new PairOutput.Refuse(Socks5Reply.NotAllowed)], Take(Arrived));
        Assert.Equal(("a", ErrorConditions.ItemNotFound), OnlyError(Take(Activate("a"))));
    }

    [Fact]
    public void Pair_must_respond_exactly_once_in_every_order()
    {
        var inputs = Gen.ListOf(Gen.Frequency(
            (5, Gen.Constant('A')), (5, Gen.Constant('t')), (1, Gen.Elements('l', 'h', 'p', 'r', 'b', 's', 'f'))));
        Prop.ForAll(inputs.ToArbitrary(), sequence => Check([.. sequence])).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static void Check(ImmutableArray<char> sequence)
    {
        var pair = new PairState();
        var outputs = new List<PairOutput>();
        var requested = new List<string>();
        var arrivals = 0;
        foreach (var (letter, number) in sequence.Concat("p").Select((letter, number) => (letter, number)))
        {
            var step = ProxyPair.Next(pair, Input(letter, number));
            pair = step.State;
            outputs.AddRange(step.Outputs);
            if (letter == 't')
            {
                requested.Add($"a{number}");
            }

            if (letter == 'A')
            {
                arrivals++;
                Assert.Single(step.Outputs, output => output is PairOutput.Grant or PairOutput.Refuse);
            }
        }

        Assert.Equal(PairPhase.Closed, pair.Phase);
        Assert.Equal(requested, outputs.OfType<PairOutput.Reply>().Select(reply => reply.Answer.Id).OrderBy(id => int.Parse(id[1..], null)));
        Assert.Equal(arrivals, outputs.Count(output => output is PairOutput.Grant or PairOutput.Refuse));
        Assert.InRange(outputs.OfType<PairOutput.Grant>().Count(), 0, 2);
        Assert.InRange(outputs.OfType<PairOutput.StartRelay>().Count(), 0, 1);
        Assert.Equal(
            outputs.OfType<PairOutput.StartRelay>().Count(),
            outputs.OfType<PairOutput.Reply>().Count(reply => reply.Answer.Type == IqType.Result));
        Assert.Single(outputs.OfType<PairOutput.Close>());
    }

    private static PairInput Input(char letter, int number) => letter switch
    {
        'A' => Arrived,
        't' => Activate($"a{number}"),
        'l' => PairInput.ClientClosed.Instance,
        'h' => PairInput.HoldExpired.Instance,
        'p' => PairInput.TimeIsUp.Instance,
        'r' => Whole,
        'b' => Failed,
        'f' => PairInput.Failed.Instance,
        _ => PairInput.ShutDown.Instance,
    };

    private static PairInput Activate(string id) => new PairInput.Activate(ActivateStanza(id));

    private static (string Id, string Condition) OnlyError(PairOutput[] outputs)
    {
        var answer = Assert.IsType<PairOutput.Reply>(Assert.Single(outputs)).Answer;
        return (answer.Id, Condition(answer));
    }

    /// <summary>Outputs of the last input.</summary>
    private PairOutput[] Take(params PairInput[] inputs)
    {
        ImmutableArray<PairOutput> last = [];
        foreach (var input in inputs)
        {
            var step = ProxyPair.Next(_pair, input);
            _pair = step.State;
            last = step.Outputs;
        }

        return [.. last];
    }
}
