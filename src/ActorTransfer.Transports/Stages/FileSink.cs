using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Writes a stream to an <see cref="IncomingFile"/>.</summary>
public static class FileSink
{
    /// <summary>
    /// Appends and disposes chunks; asks for the next while one is being written, so it holds two at most. Value: bytes written once
    /// all of them are, or the fault. The file stays the caller's: to commit or to dispose.
    /// </summary>
    public static Sink<Chunk, Task<long>> Create(IncomingFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Sink.FromGraph(new Stage(file));
    }

    private sealed class Stage : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<long>>
    {
        public Stage(IncomingFile file)
        {
            File = file;
            Shape = new SinkShape<Chunk>(In);
        }

        public IncomingFile File { get; }

        public Inlet<Chunk> In { get; } = new("FileSink.in");

        public override SinkShape<Chunk> Shape { get; }

        public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            TaskCompletionSource<long> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new LogicAndMaterializedValue<Task<long>>(new Logic(this, result), result.Task);
        }
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly Stage _stage;
        private readonly TaskCompletionSource<long> _result;
        private readonly InFlight _flight = new();
        private Action<Exception?>? _completed;
        private Chunk? _writing;
        private Chunk? _next;
        private long _written;
        private bool _upstreamDone;

        public Logic(Stage stage, TaskCompletionSource<long> result)
            : base(stage.Shape)
        {
            _stage = stage;
            _result = result;
            SetHandler(stage.In, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: Fail);
        }

        public override void PreStart()
        {
            SetKeepGoing(true); // the last write may still run when the upstream has completed
            _completed = GetAsyncCallback<Exception?>(OnWritten);
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
                Succeed();
            }
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

        /// <summary>Runs outside the stage and touches nothing of it but what it was given.</summary>
        private async Task WriteAsync(Chunk chunk)
        {
            Exception? failure = null;
            try
            {
                await _stage.File.WriteAsync(chunk.Memory);
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }

            if (_flight.TryComplete())
            {
                _completed!(failure);
            }
            else
            {
                chunk.Dispose();
            }
        }

        private void OnWritten(Exception? failure)
        {
            _flight.End();
            _written += _writing!.Length;
            _writing.Dispose();
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
                Succeed();
            }
        }

        private void Succeed()
        {
            _result.TrySetResult(_written);
            CompleteStage();
        }

        private void Fail(Exception reason)
        {
            Refuse(reason);
            FailStage(reason);
        }

        private void Refuse(Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception; // an owner who does not ask is no unobserved fault
        }
    }
}
