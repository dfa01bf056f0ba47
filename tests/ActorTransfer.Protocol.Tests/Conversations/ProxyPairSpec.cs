using System.Collections.Immutable;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using FsCheck;
using FsCheck.Fluent;
using static ActorTransfer.Protocol.Tests.Conversations.Cast;

namespace ActorTransfer.Protocol.Tests.Conversations;

public sealed class ProxyPairSpec
{
    private static readonly PairInput Arrived = new PairInput.Arrived();

    private PairState _pair = new();

    [Fact]
    public void Pair_must_relay_when_both_are_there_and_the_activation_comes()
    {
        Assert.Equal([new PairOutput.Grant()], Take(Arrived));
        Assert.Equal([new PairOutput.Grant()], Take(Arrived));
        Assert.Equal(PairPhase.Ready, _pair.Phase);
        Assert.Equal([new PairOutput.StartRelay(), new PairOutput.Reply(ActivateStanza("a").Result())], Take(Activate("a")));
        Assert.Equal([new PairOutput.Close(PairEnd.Relayed)], Take(new PairInput.RelayEnded(Broken: false)));
        Assert.Equal(PairPhase.Closed, _pair.Phase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pair_must_refuse_a_third_connection_and_stay_as_it_is(bool active)
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
        Assert.Equal([new PairOutput.Hold()], Take(Activate("a")));
        Assert.Equal(
            [new PairOutput.Grant(), new PairOutput.StartRelay(), new PairOutput.Reply(ActivateStanza("a").Result())],
            Take(Arrived));
        Assert.Equal(PairPhase.Active, _pair.Phase);
    }

    [Fact]
    public void Pair_must_refuse_a_held_activation_when_the_second_connection_does_not_come()
    {
        Take(Arrived, Activate("a"));
        Assert.Equal(("a", ErrorConditions.NotAllowed), OnlyError(Take(new PairInput.HoldExpired())));
        Assert.Equal(PairPhase.Waiting, _pair.Phase);
        Assert.Equal([new PairOutput.Grant()], Take(Arrived));
        Assert.Contains(new PairOutput.StartRelay(), Take(Activate("b")));
    }

    [Fact]
    public void Pair_must_answer_conflict_to_a_second_activation()
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
    public void Pair_must_close_when_nobody_activates_in_time(int parties)
    {
        Take([.. Enumerable.Repeat(Arrived, parties)]);
        Assert.Equal([new PairOutput.Close(PairEnd.NotActivated)], Take(new PairInput.PendingExpired()));
    }

    [Fact]
    public void Pair_must_not_mind_old_timers_once_it_is_active()
    {
        Take(Arrived, Arrived, Activate("a"));
        Assert.Empty(Take(new PairInput.PendingExpired()));
        Assert.Empty(Take(new PairInput.HoldExpired()));
        Assert.Empty(Take(new PairInput.PartyLeft()));
        Assert.Empty(Take(new PairInput.ShutDown()));
        Assert.Equal(PairPhase.Active, _pair.Phase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Pair_must_close_when_a_party_leaves_before_the_activation(int parties)
    {
        Take([.. Enumerable.Repeat(Arrived, parties)]);
        Assert.Equal([new PairOutput.Close(PairEnd.PartyLeft)], Take(new PairInput.PartyLeft()));
    }

    [Fact]
    public void Pair_must_answer_a_held_activation_before_it_closes()
    {
        foreach (var end in new PairInput[] { new PairInput.PartyLeft(), new PairInput.PendingExpired(), new PairInput.ShutDown() })
        {
            _pair = new PairState();
            Take(Arrived, Activate("a"));
            var outputs = Take(end);
            Assert.Equal(("a", ErrorConditions.NotAllowed), OnlyError([outputs[0]]));
            Assert.IsType<PairOutput.Close>(outputs[1]);
        }
    }

    [Fact]
    public void Pair_must_refuse_and_answer_what_comes_after_its_end()
    {
        Take(Arrived, new PairInput.PartyLeft());
        Assert.Equal([new PairOutput.Refuse(Socks5Reply.NotAllowed)], Take(Arrived));
        Assert.Equal(("a", ErrorConditions.ItemNotFound), OnlyError(Take(Activate("a"))));
    }

    [Fact]
    public void Pair_must_tell_a_broken_relay()
    {
        Take(Arrived, Arrived, Activate("a"));
        Assert.Equal([new PairOutput.Close(PairEnd.Broken)], Take(new PairInput.RelayEnded(Broken: true)));
    }

    [Fact]
    public void Pair_must_answer_everything_exactly_once_in_every_order()
    {
        var inputs = Gen.ListOf(Gen.Frequency(
            (5, Gen.Constant('A')), (5, Gen.Constant('t')), (1, Gen.Elements('l', 'h', 'p', 'r', 'b', 's'))));
        Prop.ForAll(inputs.ToArbitrary(), sequence => Check([.. sequence])).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static void Check(ImmutableArray<char> sequence)
    {
        var pair = new PairState();
        var outputs = new List<PairOutput>();
        var asked = new List<string>();
        var arrivals = 0;
        foreach (var (letter, number) in sequence.Concat("pr").Select((letter, number) => (letter, number)))
        {
            var step = ProxyPair.Next(pair, Input(letter, number));
            pair = step.State;
            outputs.AddRange(step.Outputs);
            if (letter == 't')
            {
                asked.Add($"a{number}");
            }

            if (letter == 'A')
            {
                arrivals++;
                Assert.Single(step.Outputs, output => output is PairOutput.Grant or PairOutput.Refuse);
            }
        }

        Assert.Equal(PairPhase.Closed, pair.Phase);
        Assert.Equal(asked, outputs.OfType<PairOutput.Reply>().Select(reply => reply.Answer.Id).OrderBy(id => int.Parse(id[1..], null)));
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
        'l' => new PairInput.PartyLeft(),
        'h' => new PairInput.HoldExpired(),
        'p' => new PairInput.PendingExpired(),
        'r' => new PairInput.RelayEnded(Broken: false),
        'b' => new PairInput.RelayEnded(Broken: true),
        _ => new PairInput.ShutDown(),
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
