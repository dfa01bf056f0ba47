using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Faults.Load;

/// <summary>
/// Two engines in this process, one that sends for several users and one that receives and has the proxy, so that each has limits of its own. Sockets are on
/// loopback. The digests of both ends are compared.
/// </summary>
internal sealed class LoadField : IAsyncDisposable
{
    private static readonly Jid s_receiver = Jid.Parse("bob@local.test/engine");
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(60);

    private readonly IHost _sender;
    private readonly IHost _receiver;
    private readonly int _users;
    private readonly string? _folder;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<TransferOutcome>> _received = new();
    private readonly CancellationTokenSource _life = new();
    private readonly Task _accepting;
    private long _last;

    private LoadField(IHost sender, IHost receiver, int users, string? folder)
    {
        (_sender, _receiver, _users, _folder) = (sender, receiver, users, folder);
        _accepting = AcceptAsync();
    }

    /// <summary>Where the proxy listens.</summary>
    public required IPEndPoint Proxy { get; init; }

    /// <param name="receiver">Settings of the engine that receives.</param>
    /// <param name="sender">Settings of the engine that sends.</param>
    /// <param name="users">How many users send.</param>
    /// <param name="folder">Where received files go; null = nowhere.</param>
    public static async Task<LoadField> StartAsync(string receiver = "", string sender = "", int users = 1, string? folder = null)
    {
        var domain = new LocalDomain(Jid.Parse("local.test"));
        var proxy = new IPEndPoint(IPAddress.Loopback, Processes.Prosody.FreePort());
        var receiving = await StartAsync(options => options
            .WithHocon(receiver)
            .AddLocalUser(domain, s_receiver)
            .AddLocalProxy(domain, Jid.Parse("proxy.local.test"), proxy));
        var sending = await StartAsync(options =>
        {
            options.WithHocon("actor-transfer { target.enabled = off, stream-host { enabled = on, bind = \"127.0.0.1\" } }").WithHocon(sender);
            for (var user = 0; user < users; user++)
            {
                options.AddLocalUser(domain, Jid.Parse($"user{user}@local.test/engine"));
            }
        });
        return new LoadField(sending, receiving, users, folder) { Proxy = proxy };
    }

    /// <summary>Sends a file and waits for both outcomes.</summary>
    /// <exception cref="InvalidDataException">They do not fit.</exception>
    public async Task<LoadOutcome> SendAsync(int size, StreamMethods methods, Signalling signalling = Signalling.StreamInitiation)
    {
        var began = Stopwatch.GetTimestamp();
        var number = Interlocked.Increment(ref _last);
        var name = $"file-{number}";
        var received = _received[name] = new TaskCompletionSource<TransferOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var content = new MemoryStream(Testing.Streams.Pattern.Bytes(number * 7919, size));
        var options = new SendOptions($"user{number % _users}") { Methods = methods, Signalling = signalling };
        var transfer = await _sender.Services.GetRequiredService<IFileTransfers>()
            .SendAsync(s_receiver, content, new FileDescription(name, size), options).WaitAsync(s_most);
        var sent = await transfer.Completion.WaitAsync(s_most);
        if (sent is TransferOutcome.Completed left)
        {
            var there = await received.Task.WaitAsync(s_most);
            if (there is not TransferOutcome.Completed arrived || arrived.Sha256 != left.Sha256)
            {
                // Stream initiation has no receipt: the network had taken all bytes.
                return new LoadOutcome($"sent without a receipt; received: {Text(there)}", false, Stopwatch.GetElapsedTime(began), size);
            }
        }

        _received.TryRemove(name, out _);
        return new LoadOutcome(Text(sent), sent is TransferOutcome.Completed, Stopwatch.GetElapsedTime(began), size);
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        await _accepting;
        await _sender.StopAsync();
        await _receiver.StopAsync();
        _sender.Dispose();
        _receiver.Dispose();
        _life.Dispose();
    }

    private static string Text(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Completed => "Completed",
        TransferOutcome.Failed failed => $"Failed {failed.Side} {failed.Reason}",
        TransferOutcome.Refused refused => $"Refused {refused.By}",
        var other => other.GetType().Name,
    };

    private static async Task<IHost> StartAsync(Action<ActorTransferOptions> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options =>
        {
            options.WithHocon("actor-transfer { addresses.allow = [loopback], transfers.drain-timeout = 1s }");
            configure(options);
        });
        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IFileTransfers>().ReadyAsync();
        return host;
    }

    private async Task AcceptAsync()
    {
        try
        {
            await foreach (var offer in _receiver.Services.GetRequiredService<IFileTransfers>().IncomingAsync(_life.Token))
            {
                _ = AcceptAsync(offer);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task AcceptAsync(IIncomingOffer offer)
    {
        var transfer = _folder is null ? await offer.AcceptAsync(new StreamDestination(Stream.Null)) : await offer.AcceptAsync(_folder);
        var outcome = await transfer.Completion;
        if (_received.TryRemove(offer.File.Name, out var waiting))
        {
            waiting.TrySetResult(outcome);
        }

        if (outcome is TransferOutcome.Completed { Path: { } path })
        {
            File.Delete(path);
        }
    }
}

/// <summary>What came of one transfer.</summary>
/// <param name="Text">The outcome of the sender.</param>
/// <param name="IsWhole">The file arrived, and the digests are equal.</param>
/// <param name="Took">From the call to both outcomes.</param>
/// <param name="Size">Bytes.</param>
internal sealed record LoadOutcome(string Text, bool IsWhole, TimeSpan Took, int Size);
