using System.Collections.Immutable;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>Where a pair of connections with the same destination address stands at the proxy.</summary>
public enum PairPhase
{
    /// <summary>One party, or none yet, is connected.</summary>
    Waiting,

    /// <summary>Both parties are connected.</summary>
    Ready,

    /// <summary>Activated: bytes are relayed.</summary>
    Active,

    /// <summary>Over.</summary>
    Closed,
}

/// <summary>Why a pair ended.</summary>
public enum PairEnd
{
    /// <summary>Both directions were relayed to their end.</summary>
    Relayed,

    /// <summary>Nobody activated in time.</summary>
    NotActivated,

    /// <summary>A party left before the activation.</summary>
    PartyLeft,

    /// <summary>A connection broke while bytes were relayed.</summary>
    Broken,

    /// <summary>The proxy shuts down.</summary>
    ShutDown,
}

/// <summary>What can happen to a pair.</summary>
public abstract record PairInput
{
    /// <summary>A connection with this pair's address wants in.</summary>
    public sealed record Arrived : PairInput;

    /// <summary>A waiting party closed its connection.</summary>
    public sealed record PartyLeft : PairInput;

    /// <summary>The requester asks for activation; sender and address were checked.</summary>
    public sealed record Activate(Iq Request) : PairInput;

    /// <summary>The time that a held activation waits for the second party is over.</summary>
    public sealed record HoldExpired : PairInput;

    /// <summary>The time for an activation is over.</summary>
    public sealed record PendingExpired : PairInput;

    /// <summary>Both directions ended.</summary>
    public sealed record RelayEnded(bool Broken) : PairInput;

    /// <summary>The proxy shuts down: who is not active yet will not be; what is relayed goes on to its end.</summary>
    public sealed record ShutDown : PairInput;
}

/// <summary>What a pair wants done.</summary>
public abstract record PairOutput
{
    /// <summary>Let the arrival in (SOCKS5 reply 00) as the next party.</summary>
    public sealed record Grant : PairOutput;

    /// <summary>Turn the arrival away, without touching who is in.</summary>
    public sealed record Refuse(Socks5Reply Code) : PairOutput;

    /// <summary>Send this answer.</summary>
    public sealed record Reply(Iq Answer) : PairOutput;

    /// <summary>Start the timer that ends in <see cref="PairInput.HoldExpired"/>.</summary>
    public sealed record Hold : PairOutput;

    /// <summary>Relay in both directions.</summary>
    public sealed record StartRelay : PairOutput;

    /// <summary>Close what is open and end.</summary>
    public sealed record Close(PairEnd Why) : PairOutput;
}

/// <summary>State of a pair.</summary>
public sealed record PairState
{
    /// <summary>Where the pair stands.</summary>
    public PairPhase Phase { get; init; }

    /// <summary>How many parties were granted: 0, 1 or 2.</summary>
    public int Parties { get; init; }

    /// <summary>An activation that waits for the second party.</summary>
    public Iq? Held { get; init; }
}

/// <summary>
/// Pairing and activation at the proxy as pure steps (XEP-0065 §6.3). A third connection is refused and disturbs nobody;
/// an activation that overtook the second connection is held for a moment.
/// </summary>
public static class ProxyPair
{
    /// <summary>Carries the pair one input further.</summary>
    public static Step<PairState, PairOutput> Next(PairState state, PairInput input) => (state.Phase, input) switch
    {
        (PairPhase.Closed, PairInput.Activate a) => Go(state, new PairOutput.Reply(a.Request.Fail(StanzaError.ItemNotFound))),
        (PairPhase.Waiting, PairInput.Arrived) => Arrived(state),
        (_, PairInput.Arrived) => Go(state, new PairOutput.Refuse(Socks5Reply.NotAllowed)),
        (PairPhase.Closed, _) => Step<PairState, PairOutput>.Ignore(state),
        (PairPhase.Waiting, PairInput.Activate a) => HoldActivation(state, a.Request),
        (PairPhase.Ready, PairInput.Activate a) => Activate(state, a.Request),
        (PairPhase.Active, PairInput.Activate a) => Go(state, new PairOutput.Reply(a.Request.Fail(StanzaError.Conflict))),
        (PairPhase.Waiting, PairInput.HoldExpired) when state.Held is { } held =>
            Go(state with { Held = null }, new PairOutput.Reply(held.Fail(StanzaError.NotAllowed))),
        (PairPhase.Waiting or PairPhase.Ready, PairInput.PendingExpired) => Close(state, PairEnd.NotActivated),
        (PairPhase.Waiting or PairPhase.Ready, PairInput.PartyLeft) => Close(state, PairEnd.PartyLeft),
        (PairPhase.Active, PairInput.RelayEnded ended) => Close(state, ended.Broken ? PairEnd.Broken : PairEnd.Relayed),
        (PairPhase.Waiting or PairPhase.Ready, PairInput.ShutDown) => Close(state, PairEnd.ShutDown),
        _ => Step<PairState, PairOutput>.Ignore(state),
    };

    private static Step<PairState, PairOutput> Arrived(PairState state)
    {
        state = state with { Parties = state.Parties + 1 };
        if (state.Parties < 2)
        {
            return Go(state, new PairOutput.Grant());
        }

        state = state with { Phase = PairPhase.Ready };
        if (state.Held is not { } held)
        {
            return Go(state, new PairOutput.Grant());
        }

        var step = Activate(state with { Held = null }, held);
        return new(step.State, step.Outputs.Insert(0, new PairOutput.Grant()));
    }

    private static Step<PairState, PairOutput> HoldActivation(PairState state, Iq request) =>
        state.Held is null
            ? Go(state with { Held = request }, new PairOutput.Hold())
            : Go(state, new PairOutput.Reply(request.Fail(StanzaError.Conflict)));

    /// <summary>The pumps start before the result leaves: whoever sends on the result finds the road open.</summary>
    private static Step<PairState, PairOutput> Activate(PairState state, Iq request) =>
        Go(state with { Phase = PairPhase.Active }, new PairOutput.StartRelay(), new PairOutput.Reply(request.Result()));

    private static Step<PairState, PairOutput> Close(PairState state, PairEnd why)
    {
        ImmutableArray<PairOutput> outputs = [new PairOutput.Close(why)];
        return new(
            state with { Phase = PairPhase.Closed, Held = null },
            state.Held is { } held ? outputs.Insert(0, new PairOutput.Reply(held.Fail(StanzaError.NotAllowed))) : outputs);
    }

    private static Step<PairState, PairOutput> Go(PairState state, params ImmutableArray<PairOutput> outputs) => new(state, outputs);
}
