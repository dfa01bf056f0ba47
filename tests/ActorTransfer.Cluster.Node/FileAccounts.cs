using System.Runtime.CompilerServices;

namespace ActorTransfer.Cluster.Node;

/// <summary>Accounts of a file, one a line: JID, tab, password.</summary>
internal sealed class FileAccounts(string path, int port) : IAccountDirectory
{
    private readonly Dictionary<string, string> _passwords =
        File.ReadLines(path).Select(line => line.Split('\t')).ToDictionary(fields => fields[0], fields => fields[1]);

    public IReadOnlyCollection<string> Names => _passwords.Keys;

    public async IAsyncEnumerable<string> NamesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var name in _passwords.Keys)
        {
            await Task.Yield();
            yield return name;
        }
    }

    public ValueTask<ClientAccount?> FindAsync(string name, CancellationToken ct) => ValueTask.FromResult(_passwords.TryGetValue(name, out var password)
        ? new ClientAccount { Jid = Jid.Parse(name), Password = password, Host = "127.0.0.1", Port = port, Tls = TlsMode.Off }
        : null);
}
