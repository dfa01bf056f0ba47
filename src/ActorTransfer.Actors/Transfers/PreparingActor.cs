using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Finds the resource of the peer and the signalling before a file is offered: executes the outputs of <see cref="Preparation"/>. Its parent gets
/// <see cref="Transfer.Prepared"/>; the actor that makes the offer takes its place when it has stopped.
/// </summary>
internal sealed class PreparingActor : TransferActor<PreparationState, PreparationInput, PreparationOutput>
{
    private readonly Account _account;
    private readonly EngineSettings _settings;
    private readonly long _length;

    /// <summary>Use <see cref="Props"/>.</summary>
    public PreparingActor(
        TransferId id, Jid self, PreparationState start, Transfer.Send order, Account account, TransferServices services, SharedServices shared,
        ActivityContext trace)
        : base(id, self, sends: true, order.Observer, start, shared.Metrics, trace)
    {
        _account = account;
        _settings = services.Settings;
        _length = order.Content.Description.Size;
    }

    protected override LogScope Scope => new(Id, "", _account.Name, MachineState.Peer);

    protected override PreparationInput TimedOut => new PreparationInput.TimedOut();

    protected override PreparationInput Moved => throw new InvalidOperationException("No bytes move before the offer.");

    public static Props Props(
        TransferId id, Jid self, PreparationState start, Transfer.Send order, Account account, TransferServices services, SharedServices shared,
        ActivityContext trace) =>
        ActorProps.Create(() => new PreparingActor(id, self, start, order, account, services, shared, trace));

    protected override PreparationInput Cancel(Transfer.Cancel cancel) => new PreparationInput.Cancel(cancel.Reason);

    protected override PreparationInput Ending(FlowEnd end) => throw new InvalidOperationException("No bytes move before the offer.");

    protected override Step<PreparationState, PreparationOutput> Next(PreparationState state, PreparationInput input) => Preparation.Next(state, input);

    protected override TransferState PhaseOf(PreparationState state) => state.Phase;

    /// <summary>Those who are asked have their own, shorter timeouts.</summary>
    protected override TimeSpan TimeFor(PreparationState state) => _settings.Initiator.Offer;

    protected override bool RestartsTimer(PreparationOutput output) => false;

    protected override long TotalFor(long moved) => _length;

    protected override void Start() => Self.Tell(new PreparationInput.Begin());

    protected override PreparationInput? Translate(object message) => message switch
    {
        Contacts.Found found => new PreparationInput.ResourceFound(found.Resource, FeaturesOf(found.Info)),
        Contacts.NotFound none => new PreparationInput.ResourceNotFound(none.Reason, none.Detail),
        Peers.Features features => new PreparationInput.FeaturesFound(features.Peer),
        _ => null,
    };

    protected override void Execute(PreparationOutput output)
    {
        switch (output)
        {
            case PreparationOutput.FindResource find:
                _account.Contacts.Tell(new Contacts.FindResource(find.Account, MachineState.Wanted));
                break;
            case PreparationOutput.AskFeatures ask:
                Context.Parent.Tell(new Peers.GetFeatures(Address, ask.Peer, _account.Connection));
                break;
            case PreparationOutput.Choose choice:
                Choose(choice);
                break;
            case PreparationOutput.Finish finish:
                Finish(finish.Outcome);
                break;
        }
    }

    private PeerFeatures FeaturesOf(DiscoInfo? info) => info is null ? PeerFeatures.Unknown : PeerFeatures.Of(info, _settings.InBand.InOrderSoftware);

    private void Choose(PreparationOutput.Choose choice)
    {
        Spans.Features(choice.Signalling, choice.Features);
        Context.Parent.Tell(new Transfer.Prepared(Id, choice.Peer, choice.Signalling, choice.Features));
        Context.Stop(Self);
    }
}
