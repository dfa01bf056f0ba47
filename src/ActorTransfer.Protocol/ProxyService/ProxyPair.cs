using System.Collections.Immutable;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.ProxyService;

using Outputs = ImmutableArray<PairOutput>;
using PairStep = Step<PairState, PairOutput>;

/// <summary>
/// Pairing, activation and end of a pair at the proxy as pure steps (XEP-0065 §6.3). A third connection is refused without effect on the
/// pair; an activation that overtakes the second connection is held for a short time; one direction may end long before the other.
/// </summary>
internal static class ProxyPair
{
    private static readonly Outputs s_grant = [PairOutput.Grant.Instance];
    private static readonly Outputs s_third = [new PairOutput.Refuse(Socks5Reply.NotAllowed)];
    private static readonly Outputs s_hold = [PairOutput.Hold.Instance];

    /// <summary>Applies one input.</summary>
    public static PairStep Next(PairState state, PairInput input) => (state.Phase, input) switch
    {
        (PairPhase.Waiting, PairInput.Arrived arrived) => Arrived(state, arrived.Objection),
        (_, PairInput.Arrived) => new(state, s_third),
        (PairPhase.Closed, PairInput.Activate a) => Go(state, Refusal(a.Request, StanzaError.ItemNotFound)),
        (PairPhase.Closed, _) => PairStep.Ignore(state),
        (PairPhase.Waiting, PairInput.Activate a) => HoldActivation(state, a.Request),
        (PairPhase.Ready, PairInput.Activate a) => Activate(state, a.Request, a.Objection),
        (_, PairInput.Activate a) => Go(state, Refusal(a.Request, StanzaError.Conflict)),
        (PairPhase.Waiting, PairInput.HoldExpired) when state.Held is { } held =>
            Go(state with { Held = null }, Refusal(held, StanzaError.NotAllowed)),
        (PairPhase.Waiting or PairPhase.Ready, PairInput.ClientClosed) => Close(state, PairEnd.ClientClosed, StanzaError.NotAllowed),
        (PairPhase.Waiting or PairPhase.Ready, PairInput.ShutDown) => Close(state, PairEnd.ShutDown, StanzaError.InternalServerError),
        (PairPhase.Active or PairPhase.HalfClosed or PairPhase.Draining, PairInput.DirectionEnded ended) => DirectionEnded(state, ended.Broken),
        (PairPhase.HalfClosed, PairInput.TimeIsUp { Stuck: true }) => Close(state, PairEnd.Idle, StanzaError.NotAllowed),
        (_, PairInput.TimeIsUp) => Close(state, EndOf(state.Phase), StanzaError.NotAllowed),
        (_, PairInput.Failed) => Close(state, PairEnd.Failed, StanzaError.InternalServerError),
        _ => PairStep.Ignore(state),
    };

    private static PairStep Arrived(PairState state, StanzaError? objection)
    {
        state = state with { Clients = (byte)(state.Clients + 1) };
        if (state.Clients < 2)
        {
            return new(state, s_grant);
        }

        state = state with { Phase = PairPhase.Ready };
        if (state.Held is not { } held)
        {
            return new(state, s_grant);
        }

        var step = Activate(state with { Held = null }, held, objection);
        return step with { Outputs = step.Outputs.Insert(0, PairOutput.Grant.Instance) };
    }

    /// <summary>The held stanza itself may arrive again: its one response follows.</summary>
    private static PairStep HoldActivation(PairState state, Iq request) => state.Held is not { } held
        ? new(state with { Held = request }, s_hold)
        : held.Id == request.Id && held.From == request.From
            ? PairStep.Ignore(state)
            : Go(state, Refusal(request, StanzaError.Conflict));

    /// <summary>The relay starts before the result is sent, so that a client that sends on the result finds it active.</summary>
    private static PairStep Activate(PairState state, Iq request, StanzaError? objection) => objection is null
        ? Go(state with { Phase = PairPhase.Active }, new PairOutput.StartRelay(request), new PairOutput.Reply(request.Result()))
        : Go(state with { Phase = PairPhase.Closed }, Refusal(request, objection), new PairOutput.Close(PairEnd.Refused));

    private static PairStep DirectionEnded(PairState state, bool broken)
    {
        state = state with { Broken = state.Broken || broken };
        return state.Phase switch
        {
            // Bytes in flight may still arrive: those of the other direction, and those this one delivered before it failed.
            PairPhase.Active => new(state with { Phase = broken ? PairPhase.Draining : PairPhase.HalfClosed }, []),
            PairPhase.HalfClosed when broken => new(state with { Phase = PairPhase.Draining }, []),
            PairPhase.HalfClosed => Close(state, PairEnd.Relayed, StanzaError.NotAllowed),
            _ => Close(state, PairEnd.Broken, StanzaError.NotAllowed),
        };
    }

    private static PairEnd EndOf(PairPhase phase) => phase switch
    {
        PairPhase.Active => PairEnd.Idle,
        PairPhase.HalfClosed => PairEnd.Relayed,
        PairPhase.Draining => PairEnd.Broken,
        _ => PairEnd.NotActivated,
    };

    private static PairStep Close(PairState state, PairEnd why, StanzaError toHeld)
    {
        Outputs outputs = [new PairOutput.Close(why)];
        return new(
            state with { Phase = PairPhase.Closed, Held = null },
            state.Held is { } held ? outputs.Insert(0, Refusal(held, toHeld)) : outputs);
    }

    private static PairOutput.Reply Refusal(Iq request, StanzaError error) => new(request.Fail(error));

    private static PairStep Go(PairState state, params Outputs outputs) => new(state, outputs);
}
