using ActorTransfer.Transports.Hashing;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Hashes what passes. A chunk is passed on when it is hashed: until then it may wait for those of other streams (<see cref="HashCrowd"/>).
/// </summary>
internal sealed class Sha256Stage : GraphStageWithMaterializedValue<FlowShape<Chunk, Chunk>, Task<string>>
{
    private readonly Inlet<Chunk> _in = new("Sha256.in");
    private readonly Outlet<Chunk> _out = new("Sha256.out");

    public Sha256Stage() => Shape = new FlowShape<Chunk, Chunk>(_in, _out);

    public override FlowShape<Chunk, Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<string>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        TaskCompletionSource<string> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task<string>>(new Logic(this, result), result.Task);
    }

#pragma warning disable CA1001 // PostStop releases
    private sealed class Logic : GraphStageLogic
#pragma warning restore CA1001
    {
        private readonly Inlet<Chunk> _in;
        private readonly Outlet<Chunk> _out;
        private readonly TaskCompletionSource<string> _result;
        private readonly RunningSha256 _hash = new();
        private readonly Action<bool> _ended;
        private HashSeat? _seat;
        private Chunk? _chunk;

        public Logic(Sha256Stage stage, TaskCompletionSource<string> result)
            : base(stage.Shape)
        {
            _in = stage._in;
            _out = stage._out;
            _result = result;
            _ended = OnEnded;
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: OnUpstreamFailure);
            SetHandler(_out, onPull: () => Pull(_in));
        }

        public override void PreStart() => _seat = new HashSeat(HashCrowd.Shared, GetAsyncCallback(() => _seat!.TakeTurn()));

        public override void PostStop()
        {
            _result.TrySetCanceled();
            _seat?.Leave();
            _hash.Dispose();
        }

        private void OnPush()
        {
            _chunk = Grab(_in);
            if (_seat!.Append(_hash, _chunk.Memory, _ended))
            {
                PassOn();
            }
        }

        /// <summary>Of a chunk that waited for others.</summary>
        private void OnEnded(bool isHashed)
        {
            if (isHashed)
            {
                PassOn();
            }
            else
            {
                _chunk!.Dispose(); // the stage has stopped
            }
        }

        private void PassOn()
        {
            Chunk chunk = _chunk!;
            _chunk = null;
            Push(_out, chunk);
            if (IsClosed(_in))
            {
                Complete();
            }
        }

        private void OnUpstreamFinish()
        {
            if (_chunk is null)
            {
                Complete();
            }
        }

        private void Complete()
        {
            _result.TrySetResult(_hash.ToHex());
            CompleteStage();
        }

        private void OnUpstreamFailure(Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception; // nobody has to ask for a hash of what did not arrive
            FailStage(reason);
        }
    }
}
