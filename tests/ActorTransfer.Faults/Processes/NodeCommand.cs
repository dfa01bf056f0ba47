using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Faults.Processes;

/// <summary>
/// A process with one engine: a user of the server that sends and accepts files, or a proxy. Commands come on standard input, one a line; events go to standard
/// output, one JSON object a line. It ends with its standard input.
/// </summary>
internal static class NodeCommand
{
    /// <summary>Short, so that a run does not wait for a peer that is gone.</summary>
    private const string Settings = """
        actor-transfer {
          addresses.allow = [loopback]
          stream-host { enabled = on, bind = "127.0.0.1" }
          connection { reconnect-first = 100ms, reconnect-most = 400ms, reconnect-refused-first = 300ms, reconnect-refused-most = 600ms, resume-within = 10s }
          initiator { offer = 2s, streamhost-sent = 3s, stalled = 5s, opening-in-band = 2s, linger = 2s, accepted = 2s }
          target { offer = 2s, accepted = 3s, connected = 3s, stalled = 5s, fallback = 3s, streamhost-received = 2s, connect = 1s }
          jingle { candidates = 2s, peer-candidates = 1s, peer-activation = 3s, replacement = 3s, replacement-accepted = 2s, opening-in-band = 2s }
          files { checkpoint = 128KiB, durability = file }
          discovery.demotion = 1s
        }
        """;

    private static readonly Lock s_lock = new();
    private static readonly ConcurrentDictionary<Task, bool> s_running = [];

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var port = (int)arguments.Number("--port", 0);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options =>
        {
            options.WithHocon(Settings);
            if (arguments.Find("--user") is { } user)
            {
                options.DownloadTo(arguments.Get("--folder")).AddClient(new ClientAccount
                {
                    Jid = Prosody.User(user),
                    Host = "127.0.0.1",
                    Port = port,
                    Tls = TlsMode.Off,
                    Password = Prosody.Secret,
                });
                return;
            }

            options.UseProxyDefaults().AddProxy(new ProxyOptions
            {
                Account = new ComponentAccount { Jid = Prosody.Proxy, Host = "127.0.0.1", Port = port, Secret = Prosody.Secret },
                Listen = [new IPEndPoint(IPAddress.Loopback, (int)arguments.Number("--listen", 0))],
            });
        });
        using var host = builder.Build();
        await host.StartAsync();
        var transfers = host.Services.GetRequiredService<IFileTransfers>();
        await transfers.ReadyAsync();
        Write(new NodeEvent("ready"));
        if (arguments.Find("--user") is not null)
        {
            _ = AcceptAsync(transfers);
        }

        while (await Console.In.ReadLineAsync() is { } line)
        {
            await ObeyAsync(host.Services, arguments.Find("--user"), line.Split(' '));
        }

        await host.StopAsync();
        return 0;
    }

    /// <summary><c>send USER FILE METHODS SIGNALLING</c>, <c>ready</c>, or <c>idle NUMBER</c>: all transfers have ended.</summary>
    private static async Task ObeyAsync(IServiceProvider services, string? user, string[] words)
    {
        var transfers = services.GetRequiredService<IFileTransfers>();
        if (words[0] == "ready")
        {
            await ConnectedAsync(services.GetRequiredService<IAccounts>(), user);
            Write(new NodeEvent("ready"));
            return;
        }

        if (words[0] == "idle")
        {
            await Task.WhenAll(s_running.Keys);
            Write(new NodeEvent("idle", words[1]));
            return;
        }

        Run(SendAsync(transfers, words));
    }

    private static async Task ConnectedAsync(IAccounts accounts, string? user)
    {
        if (user is null)
        {
            return;
        }

        await foreach (var status in accounts.WatchAsync(Prosody.User(user).Bare.ToString()))
        {
            if (status is AccountStatus.Online)
            {
                return;
            }
        }
    }

    private static void Run(Task task)
    {
        s_running.TryAdd(task, true);
        _ = task.ContinueWith(ended => s_running.TryRemove(ended, out _), TaskScheduler.Default);
    }

    private static async Task SendAsync(IFileTransfers transfers, string[] words)
    {
        var (methods, signalling) = (Enum.Parse<StreamMethods>(words[3]), Enum.Parse<Signalling>(words[4]));
        var options = new SendOptions { Methods = methods, Signalling = signalling, Proxies = [Prosody.Proxy] };
        await ReportAsync("sent", await transfers.SendAsync(Prosody.User(words[1]), new FileInfo(words[2]), options));
    }

    private static async Task AcceptAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            Run(ReportAsync("received", await offer.AcceptAsync()));
        }
    }

    private static async Task ReportAsync(string name, ITransfer transfer)
    {
        var file = transfer.File.Name;
        Write(await transfer.Completion switch
        {
            TransferOutcome.Completed whole => new NodeEvent(name, file, "Completed", $"{whole.Method} {whole.Delivery}", whole.Bytes, whole.Path),
            TransferOutcome.Failed failed => new NodeEvent(name, file, "Failed", $"{failed.Phase} {failed.Side} {failed.Reason}"),
            TransferOutcome.Refused refused => new NodeEvent(name, file, "Refused", $"{refused.By} {refused.Reason}"),
            TransferOutcome.Cancelled ended => new NodeEvent(name, file, "Cancelled", $"{ended.Phase} {ended.By} {ended.Reason}"),
            var other => throw new InvalidOperationException($"{other}"),
        });
    }

    private static void Write(NodeEvent what)
    {
        lock (s_lock)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(what));
        }
    }
}

/// <summary>What a node reports.</summary>
/// <param name="Name">ready, idle, sent or received.</param>
/// <param name="File">The name of the file, or the number of the command.</param>
/// <param name="Outcome">The kind of outcome.</param>
/// <param name="Detail">What it says.</param>
/// <param name="Bytes">Bytes of a completed transfer.</param>
/// <param name="Path">Where the file is.</param>
internal sealed record NodeEvent(string Name, string File = "", string Outcome = "", string Detail = "", long Bytes = 0, string? Path = null);
