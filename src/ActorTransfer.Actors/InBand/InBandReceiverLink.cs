using ActorTransfer.Extensibility;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Actors.InBand;

/// <summary>The link of an <see cref="InBandReceiverActor"/>: read-only.</summary>
internal sealed class InBandReceiverLink(IActorRef actor, InBandBuffer buffer) : InBandLink(actor)
{
    private int _incomingTaken;

    public override Sink<Chunk, Task<long>> Outgoing => Sink.FromGraph(new NoOutgoing<long>());

    public override Source<Chunk, NotUsed> Incoming => Source.FromGraph(new InBandIncoming(this));

    internal InBandBuffer Buffer { get; } = buffer;

    public override Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger) => Sink.FromGraph(new NoOutgoing<SentBytes>());

    public override async Task<bool> ClosedBeforeDataAsync(CancellationToken ct)
    {
        while (true)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var onClosed = Closed.UnsafeRegister(_ => changed.TrySetResult(), null).ConfigureAwait(false);
            var sign = Buffer.Peek(() => changed.TrySetResult());
            if (sign != InBandBuffer.Outcome.Wait || Closed.IsCancellationRequested)
            {
                return sign != InBandBuffer.Outcome.Chunk;
            }

            await changed.Task.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Also frees unread chunks.</summary>
    internal override void Break(ByteLinkException fault)
    {
        base.Break(fault);
        Buffer.Abandon();
    }

    internal bool TryTakeIncoming() => Interlocked.Exchange(ref _incomingTaken, 1) == 0;

    /// <summary>A file transfer goes one way; writing is an error.</summary>
    private sealed class NoOutgoing<T> : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<T>>
    {
        private readonly Inlet<Chunk> _in = new("NoOutgoing.in");

        public NoOutgoing() => Shape = new SinkShape<Chunk>(_in);

        public override SinkShape<Chunk> Shape { get; }

        public override ILogicAndMaterializedValue<Task<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            var refused = new InvalidOperationException("The receiving end of an in-band bytestream cannot be written.");
            return new LogicAndMaterializedValue<Task<T>>(new Logic(this, refused), Task.FromException<T>(refused));
        }

        private sealed class Logic : GraphStageLogic
        {
            private readonly Exception _refused;

            public Logic(NoOutgoing<T> stage, Exception refused)
                : base(stage.Shape)
            {
                _refused = refused;
                SetHandler(stage._in, onPush: () => Grab(stage._in).Dispose());
            }

            public override void PreStart() => FailStage(_refused);
        }
    }
}
