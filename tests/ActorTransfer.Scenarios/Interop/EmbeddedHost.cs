using ActorTransfer.Scenarios.Prosody;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>The engine inside the test's process, connected to a server.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    /// <summary>All streamhosts of these tests are on loopback, which the address policy denies by default.</summary>
    private const string Loopback = "actor-transfer { addresses.allow = [loopback], stream-host { enabled = on, bind = \"127.0.0.1\" } }";

    private readonly IHost _host;

    private EmbeddedHost(IHost host) => _host = host;

    public IFileTransfers Transfers => _host.Services.GetRequiredService<IFileTransfers>();

    /// <summary>Connects as a component.</summary>
    public static Task<EmbeddedHost> ComponentAsync(ProsodyServer server, string name = ProsodyServer.Component) => StartAsync(options => options.AddComponent(
        new ComponentAccount { Host = "127.0.0.1", Port = server.ComponentPort, Jid = Jid.Parse(name), Secret = server.SecretText }));

    /// <summary>Logs in as a user, without TLS.</summary>
    /// <param name="user">With a resource: <c>alice/out</c>.</param>
    public static Task<EmbeddedHost> ClientAsync(ProsodyServer server, string user)
    {
        var password = ProsodyServer.PasswordOf(user[..user.IndexOf('/', StringComparison.Ordinal)]);
        return StartAsync(options => options.AddClient(
            new ClientAccount
            {
                Jid = Jid.Parse(CommandLineProcess.Jid(user)),
                Host = "127.0.0.1",
                Port = server.ClientPort,
                Tls = TlsMode.Off,
                Password = password,
            }));
    }

    private static async Task<EmbeddedHost> StartAsync(Action<ActorTransferOptions> join)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => join(options.WithHocon(Loopback)));
        var embedded = new EmbeddedHost(builder.Build());
        await embedded._host.StartAsync();
        await embedded.Transfers.ReadyAsync(keepTrying: false);
        return embedded;
    }

    /// <summary>Starts to send a file.</summary>
    public Task<ITransfer> StartAsync(Jid from, Jid to, string file, StreamMethods methods) =>
        Transfers.SendAsync(to, new FileInfo(file), new SendOptions(From: from) { Methods = methods });

    /// <summary>Sends a file and waits for its end.</summary>
    public async Task<(ITransfer Transfer, TransferOutcome.Completed Outcome)> SendAsync(Jid from, Jid to, string file, StreamMethods methods)
    {
        var transfer = await StartAsync(from, to, file, methods);
        return (transfer, Assert.IsType<TransferOutcome.Completed>(await transfer.Completion));
    }

    /// <summary>Accepts the next offer and waits for the file's end.</summary>
    public async Task<(ITransfer Transfer, TransferOutcome.Completed Outcome)> ReceiveAsync(string folder)
    {
        await foreach (var offer in Transfers.IncomingAsync())
        {
            var transfer = await offer.AcceptAsync(folder);
            return (transfer, Assert.IsType<TransferOutcome.Completed>(await transfer.Completion));
        }

        throw new InvalidOperationException("The offers ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
