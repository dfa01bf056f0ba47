using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Bundled.Streams.Tests;

/// <summary>An actor system of its own for each test. Waiting is bounded, so that what never comes fails and does not hang.</summary>
public abstract class StreamSpec : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected ActorSystem System { get; } = ActorSystem.Create("streams");

    protected ActorMaterializer Materializer { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Materializer = System.Materializer();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await System.Terminate().WaitAsync(Patience);
}
