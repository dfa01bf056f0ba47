namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>The cluster of several tests. Each test gets it with three nodes; after a failed one there is a new cluster.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private TestCluster? _cluster;
    private bool _isIntact;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>Executes a test, as often as CLUSTER_TEST_REPEAT says.</summary>
    internal async Task TestAsync(Func<TestCluster, Task> test)
    {
        for (var left = TestCluster.Repetitions; left > 0; left--)
        {
            if (!_isIntact)
            {
                await DisposeAsync();
                _cluster = null;
                _cluster = await TestCluster.StartAsync();
            }

            _isIntact = false;
            await _cluster!.CompleteAsync();
            await test(_cluster);
            _isIntact = true;
        }
    }
}
