using System.Security.Cryptography;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Hashes what passes, in the thread of the stream: the bytes are in the cache at that moment, and a hop to another thread costs more
/// than it saves.
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

    private sealed class Logic : GraphStageLogic
    {
        private readonly Inlet<Chunk> _in;
        private readonly Outlet<Chunk> _out;
        private readonly TaskCompletionSource<string> _result;
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public Logic(Sha256Stage stage, TaskCompletionSource<string> result)
            : base(stage.Shape)
        {
            _in = stage._in;
            _out = stage._out;
            _result = result;
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: OnUpstreamFailure);
            SetHandler(_out, onPull: () => Pull(_in));
        }

        public override void PostStop()
        {
            _result.TrySetCanceled();
            _hash.Dispose();
        }

        private void OnPush()
        {
            Chunk chunk = Grab(_in);
            _hash.AppendData(chunk.Span);
            Push(_out, chunk);
        }

        private void OnUpstreamFinish()
        {
            _result.TrySetResult(Convert.ToHexStringLower(_hash.GetHashAndReset()));
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
