using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Hashes the bytes that pass.</summary>
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
        private readonly TaskCompletionSource<string> _result;
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public Logic(Sha256Stage stage, TaskCompletionSource<string> result)
            : base(stage.Shape)
        {
            _result = result;
            SetHandler(
                stage._in,
                onPush: () =>
                {
                    var chunk = Grab(stage._in);
                    _hash.AppendData(chunk.Span);
                    Push(stage._out, chunk);
                },
                onUpstreamFinish: () =>
                {
                    _result.TrySetResult(Convert.ToHexStringLower(_hash.GetCurrentHash()));
                    CompleteStage();
                },
                onUpstreamFailure: OnUpstreamFailure);
            SetHandler(stage._out, onPull: () => Pull(stage._in));
        }

        public override void PostStop()
        {
            _result.TrySetCanceled();
            _hash.Dispose();
        }

        private void OnUpstreamFailure(Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception; // observed: the hash of a failed stream may not be awaited
            FailStage(reason);
        }
    }
}
