using ActorTransfer.Testing;

namespace ActorTransfer.Faults.Processes;

/// <summary>Server, proxy, sender and receiver, each a process.</summary>
internal sealed class KillSite : IDisposable
{
    private readonly int _clientPort = Prosody.FreePort();
    private readonly TemporaryFolder _folder = new();

    public KillSite()
    {
        var (componentPort, listen) = (Prosody.FreePort(), Prosody.FreePort());
        Received = _folder.Folder("in");
        Outbox = _folder.Folder("out");
        Server = new ChildProcess(Prosody.Configure(_folder.Folder("prosody"), _clientPort, componentPort));
        Proxy = ChildProcess.OfNode("--port", $"{componentPort}", "--listen", $"{listen}");
        Sender = ChildProcess.OfNode("--port", $"{_clientPort}", "--user", "alice", "--folder", Outbox);
        Receiver = ChildProcess.OfNode("--port", $"{_clientPort}", "--user", "bob", "--folder", Received);
    }

    public static TimeSpan MaxWait { get; } = TimeSpan.FromSeconds(60);

    public ChildProcess Server { get; }

    public ChildProcess Proxy { get; }

    public ChildProcess Sender { get; }

    public ChildProcess Receiver { get; }

    /// <summary>The folder of received files.</summary>
    public string Received { get; }

    /// <summary>The folder of files to send.</summary>
    public string Outbox { get; }

    public ChildProcess Of(string role) => role switch
    {
        "sender" => Sender,
        "receiver" => Receiver,
        "proxy" => Proxy,
        "server" => Server,
        _ => throw new ArgumentException($"'{role}' is not a role."),
    };

    public async Task StartAsync()
    {
        await StartServerAsync();
        foreach (var node in (ChildProcess[])[Proxy, Sender, Receiver])
        {
            node.Start();
        }

        foreach (var node in (ChildProcess[])[Proxy, Sender, Receiver])
        {
            await NextAsync(node, "ready");
        }
    }

    /// <summary>Starts a killed process again, and waits until all are connected.</summary>
    public async Task RestartAsync(string role)
    {
        if (role == "server")
        {
            await StartServerAsync();
        }
        else
        {
            Of(role).Start();
            await NextAsync(Of(role), "ready");
        }

        await ReadyAsync();
    }

    /// <summary>Waits until all are connected. Other events are dropped.</summary>
    public async Task ReadyAsync()
    {
        foreach (var node in (ChildProcess[])[Proxy, Sender, Receiver])
        {
            node.Tell("ready");
            await NextAsync(node, "ready");
        }
    }

    /// <summary>The next event of a kind; null if the process has ended.</summary>
    public static async Task<NodeEvent?> FindAsync(ChildProcess node, Func<NodeEvent, bool> isWanted)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        await foreach (var what in node.Events.ReadAllAsync(limit.Token))
        {
            if (isWanted(what))
            {
                return what;
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var process in (ChildProcess[])[Sender, Receiver, Proxy, Server])
        {
            process.Dispose();
        }

        _folder.Dispose();
    }

    private static async Task NextAsync(ChildProcess node, string name) =>
        _ = await FindAsync(node, what => what.Name == name) ?? throw new InvalidOperationException($"A node has ended: {node.Errors}");

    private async Task StartServerAsync()
    {
        Server.Start();
        using var limit = new CancellationTokenSource(MaxWait);
        await Prosody.ListensAsync(_clientPort, limit.Token);
    }
}
