using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Keeps the first events of conversations up to its capacity, and stops when it has handed them out; the event stream forgets it then.
/// Child of the <see cref="FrontDesk"/>.
/// </summary>
internal sealed class ConversationRecorder : ReceiveActor
{
    private readonly ImmutableArray<ConversationEvent>.Builder _events = ImmutableArray.CreateBuilder<ConversationEvent>();
    private readonly int _capacity;
    private long _dropped;

    public ConversationRecorder(int capacity)
    {
        _capacity = capacity;
        Receive<StanzaTraced>(said => Keep(new ConversationEvent.Stanza(said.At, said.From, said.To, said.Summary)));
        Receive<Transfers.Entered>(entered => Keep(new ConversationEvent.Entered(entered.At, entered.Id, entered.Self, entered.State)));
        Receive<Stop>(HandOut);
    }

    public static Props Props(int capacity) => Akka.Actor.Props.Create(() => new ConversationRecorder(capacity));

    private void Keep(ConversationEvent happened)
    {
        if (_events.Count < _capacity)
        {
            _events.Add(happened);
        }
        else
        {
            _dropped++;
        }
    }

    /// <summary>Events come from several actors: each in order, all of them only by their time.</summary>
    private void HandOut(Stop stop)
    {
        stop.Recorded.TrySetResult(new RecordedConversations([.. _events.OrderBy(happened => happened.At)], _dropped));
        Context.Stop(Self);
    }

    internal sealed record Stop(TaskCompletionSource<RecordedConversations> Recorded);
}

/// <summary>The handle that host code holds.</summary>
internal sealed class ConversationRecording(IActorRef recorder) : IConversationRecording
{
    private readonly TaskCompletionSource<RecordedConversations> _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RecordedConversations> StopAsync()
    {
        recorder.Tell(new ConversationRecorder.Stop(_recorded));
        return _recorded.Task;
    }
}
