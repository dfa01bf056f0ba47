using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Consumes the bytes of a stream, one call at a time.</summary>
/// <typeparam name="T">The result.</typeparam>
internal interface IByteReceiver<T>
{
    /// <summary>Every expected byte has been written.</summary>
    bool IsComplete { get; }

    /// <summary>A stream starts. Throws when that is not allowed.</summary>
    void Start();

    /// <summary>Consumes the next bytes. Code before its first await runs on the thread of the stream.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>The stream has completed.</summary>
    Task<T> FinishAsync();
}

/// <summary>Passes a stream to a receiver.</summary>
internal static class ReceiverSink
{
    /// <summary>
    /// Disposes the chunks; requests the next while one is being written, so it holds two at most. Value: the receiver's result when all
    /// bytes are written, or the fault of stream or receiver. A reset after the last byte is not a fault.
    /// </summary>
    public static Sink<Chunk, Task<T>> Create<T>(IByteReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return Sink.FromGraph(new Stage<T>(receiver));
    }

    private sealed class Stage<T> : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<T>>
    {
        public Stage(IByteReceiver<T> receiver)
        {
            Receiver = receiver;
            Shape = new SinkShape<Chunk>(In);
        }

        public IByteReceiver<T> Receiver { get; }

        public Inlet<Chunk> In { get; } = new("ReceiverSink.in");

        public override SinkShape<Chunk> Shape { get; }

        public override ILogicAndMaterializedValue<Task<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            Logic<T> logic = new(this);
            return new LogicAndMaterializedValue<Task<T>>(logic, logic.Value);
        }
    }

    private sealed class Logic<T> : ResultLogic<T>
    {
        private readonly Stage<T> _stage;
        private readonly InFlight _flight = new();
        private Action<Exception?>? _written;
        private Action<(T? Made, Exception? Failure)>? _finished;
        private Chunk? _writing;
        private Chunk? _next;
        private bool _upstreamDone;
        private Exception? _reset;

        public Logic(Stage<T> stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage.In, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: OnUpstreamFailure);
        }

        public override void PreStart()
        {
            SetKeepGoing(true); // the last write may still run when the upstream has completed
            _written = GetAsyncCallback<Exception?>(OnWritten);
            _finished = GetAsyncCallback<(T? Made, Exception? Failure)>(OnFinished);
            try
            {
                _stage.Receiver.Start();
            }
            catch (InvalidOperationException failure)
            {
                Fail(failure);
                return;
            }

            Pull(_stage.In);
        }

        public override void PostStop()
        {
            if (_flight.Abandon())
            {
                _writing?.Dispose();
            }

            _next?.Dispose();
            Refuse(new OperationCanceledException("The stream was stopped before it completed."));
        }

        private void OnPush()
        {
            _next = Grab(_stage.In);
            if (_writing is null)
            {
                WriteNext();
            }
        }

        private void OnUpstreamFinish()
        {
            _upstreamDone = true;
            if (_writing is null)
            {
                Finish();
            }
        }

        /// <summary>The last bytes may still be in flight to the receiver. Any other failure ends the stream at once.</summary>
        private void OnUpstreamFailure(Exception failure)
        {
            if (failure is not ByteLinkException { Fault: ByteLinkFault.PeerReset })
            {
                Fail(failure);
                return;
            }

            _reset = failure;
            OnUpstreamFinish();
        }

        private void WriteNext()
        {
            _writing = _next!;
            _next = null;
            _flight.Begin();
            _ = WriteAsync(_writing);
            if (!_upstreamDone)
            {
                Pull(_stage.In);
            }
        }

        /// <summary>Runs outside the stage after its first await, and accesses only its parameters.</summary>
        private async Task WriteAsync(Chunk chunk)
        {
            Exception? failure = null;
            try
            {
                await _stage.Receiver.WriteAsync(chunk.Memory);
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }

            if (_flight.TryComplete())
            {
                _written!(failure);
            }
            else
            {
                chunk.Dispose();
            }
        }

        private void OnWritten(Exception? failure)
        {
            _flight.End();
            _writing!.Dispose();
            _writing = null;
            if (failure is not null)
            {
                Fail(failure);
            }
            else if (_next is not null)
            {
                WriteNext();
            }
            else if (_upstreamDone)
            {
                Finish();
            }
        }

        private void Finish()
        {
            if (_reset is not null && !_stage.Receiver.IsComplete)
            {
                Fail(_reset);
                return;
            }

            _ = FinishAsync();
        }

        private async Task FinishAsync()
        {
            try
            {
                _finished!((await _stage.Receiver.FinishAsync(), null));
            }
            catch (Exception failure)
            {
                _finished!((default, failure));
            }
        }

        private void OnFinished((T? Made, Exception? Failure) end)
        {
            if (end.Failure is null)
            {
                Fulfil(end.Made!);
                CompleteStage();
            }
            else
            {
                Fail(end.Failure);
            }
        }
    }
}
