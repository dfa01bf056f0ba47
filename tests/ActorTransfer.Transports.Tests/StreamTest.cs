using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Time;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Transports.Tests;

/// <summary>A test with an actor system of its own. It fails if it leaves chunks undisposed.</summary>
public abstract class StreamTest : IAsyncLifetime
{
    private readonly long _outstanding = Chunk.Outstanding;
    private readonly long _lost = Chunk.Lost;
    private readonly List<IDisposable> _owned = [];

    protected StreamTest()
    {
        System = ActorSystem.Create("test");
        Materializer = System.Materializer();
    }

    protected ActorSystem System { get; }

    protected ActorMaterializer Materializer { get; }

    protected long OutstandingBefore => _outstanding;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await System.Terminate();
        foreach (IDisposable owned in Enumerable.Reverse(_owned))
        {
            owned.Dispose();
        }

        await Eventually.HoldsAsync(() => Chunk.Outstanding == _outstanding, () => $"{Chunk.Outstanding - _outstanding} chunks are left");
        Assert.Equal(_lost, Chunk.Lost);
    }

    /// <summary>Disposed at the end of the test.</summary>
    protected T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    private protected static async Task<ByteLinkException> FaultOf(Task task, ByteLinkFault expected)
    {
        ByteLinkException fault = await Assert.ThrowsAsync<ByteLinkException>(() => task.Soon());
        Assert.Equal(expected, fault.Fault);
        return fault;
    }
}

public static class MaxWait
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>A test that waits forever reports nothing; a timeout reports the line.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(s_limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(s_limit);
}
