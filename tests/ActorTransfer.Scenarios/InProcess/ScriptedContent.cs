using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Streams;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Content whose bytes a test sends.</summary>
internal sealed class ScriptedContent : IOutgoingContent
{
    private readonly TaskCompletionSource<SourceScript> _script = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the flow starts.</summary>
    public Task Opened => _script.Task;

    public SourceScript Script =>
        _script.Task.IsCompletedSuccessfully ? _script.Task.Result : throw new InvalidOperationException("The flow has not begun.");

    public FileDescription Description { get; } = new("scripted.bin", 50_000_000);

    public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) => ScriptedSource.Create().MapMaterializedValue(script =>
    {
        _script.TrySetResult(script);
        return NotUsed.Instance;
    });
}
