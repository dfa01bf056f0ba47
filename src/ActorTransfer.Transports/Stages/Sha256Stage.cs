using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Hashes the bytes that pass.</summary>
internal sealed class Sha256Stage : GraphStageWithMaterializedValue<FlowShape<Chunk, Chunk>, Task<string?>>
{
    public override FlowShape<Chunk, Chunk> Shape { get; } = new(new Inlet<Chunk>("Sha256.in"), new Outlet<Chunk>("Sha256.out"));

    public override ILogicAndMaterializedValue<Task<string?>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        TaskCompletionSource<string?> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task<string?>>(CreateLogic(Shape, result), result.Task);
    }

    public static GraphStageLogic CreateLogic(FlowShape<Chunk, Chunk> shape, TaskCompletionSource<string?> result) => new Logic(shape, result);

#pragma warning disable CA1001 // PostStop releases
    private sealed class Logic : GraphStageLogic
#pragma warning restore CA1001
    {
        private readonly TaskCompletionSource<string?> _result;
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public Logic(FlowShape<Chunk, Chunk> shape, TaskCompletionSource<string?> result)
            : base(shape)
        {
            _result = result;
            SetHandler(
                shape.Inlet,
                onPush: () =>
                {
                    var chunk = Grab(shape.Inlet);
                    _hash.AppendData(chunk.Span);
                    Push(shape.Outlet, chunk);
                },
                onUpstreamFinish: () =>
                {
                    _result.TrySetResult(Convert.ToHexStringLower(_hash.GetCurrentHash()));
                    CompleteStage();
                },
                onUpstreamFailure: OnUpstreamFailure);
            SetHandler(shape.Outlet, onPull: () => Pull(shape.Inlet));
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
