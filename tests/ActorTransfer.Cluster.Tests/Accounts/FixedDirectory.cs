using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>The accounts of a test, by name. The nodes of a process share it.</summary>
internal sealed class FixedDirectory : IAccountDirectory
{
    /// <summary>May be changed while the nodes run.</summary>
    public ConcurrentDictionary<string, ClientAccount> Accounts { get; } = [];

    public async IAsyncEnumerable<string> NamesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var name in Accounts.Keys)
        {
            await Task.Yield();
            yield return name;
        }
    }

    public ValueTask<ClientAccount?> FindAsync(string name, CancellationToken ct) => ValueTask.FromResult(Accounts.GetValueOrDefault(name));
}
