using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>An application with one client account, the reports of its connection, and its log.</summary>
internal sealed class ClientHost : IAsyncDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly Channel<object> _news = Channel.CreateUnbounded<object>();
    private readonly LogLines _log;

    private ClientHost(IHost host, LogLines log) => (_host, _log) = (host, log);

    public IFileTransfers Transfers => _host.Services.GetRequiredService<IFileTransfers>();

    /// <summary>Its engine's actors.</summary>
    public Engine.Parts Parts => EngineTable.Find(_host.Services.GetRequiredService<ActorSystem>(), Engine.Name).Lifetime.Current!;

    public IAccounts Accounts => _host.Services.GetRequiredService<IAccounts>();

    /// <summary>The log until now.</summary>
    public IEnumerable<string> Log => _log.Lines;

    /// <summary>Waits for a log line with this text.</summary>
    public Task LoggedAsync(string text) => _log.HasAsync(text, MaxWait);

    /// <summary>The account of a user at this server, with the encryption that the server offers.</summary>
    public static ClientAccount Address(ProsodyServer server, string user, TlsMode? tls = null, string resource = "engine") => new()
    {
        Jid = Jid.Parse($"{user}@{ProsodyServer.Host}/{resource}"),
        Host = "127.0.0.1",
        Port = tls == TlsMode.Direct ? server.DirectTlsPort : server.ClientPort,
        Tls = tls ?? (server.Certificates is null ? TlsMode.Off : TlsMode.Required),
        Password = ProsodyServer.PasswordOf(user),
        Roots = server.Certificates is { } files ? [X509CertificateLoader.LoadCertificateFromFile(files.Authority)] : null,
    };

    /// <param name="address">The account.</param>
    /// <param name="hocon">Settings that differ from the defaults.</param>
    /// <param name="waits">False to return before the login.</param>
    /// <exception cref="EngineException">The login failed.</exception>
    public static async Task<ClientHost> StartAsync(ClientAccount address, string hocon = "", bool waits = true)
    {
        var log = new LogLines();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddActorTransfer(options =>
        {
            options.AddClient(address).WithHocon("actor-transfer.addresses.allow = [loopback]").WithHocon(hocon);
            options.LogLevel = Akka.Event.LogLevel.DebugLevel;
        });
        var client = new ClientHost(builder.Build(), log);
        await client._host.StartAsync();
        if (!waits)
        {
            return client;
        }

        try
        {
            await client.Transfers.ReadyAsync(keepTrying: false);
            await client.WatchAsync(address.Jid.Bare.ToString());
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next <see cref="Connection.Up"/> or <see cref="Connection.Lost"/>.</summary>
    public async Task<T> NewsAsync<T>()
    {
        using var limit = new CancellationTokenSource(MaxWait);
        return Assert.IsType<T>(await _news.Reader.ReadAsync(limit.Token));
    }

    /// <summary>True if there is an unread report.</summary>
    public bool HasNews => _news.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task WatchAsync(string account)
    {
        var parts = await _host.Services.GetRequiredService<EngineInstance>().Lifetime.RunningAsync(CancellationToken.None).WaitAsync(MaxWait);
        _host.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new Reporter(parts.Connections[account], _news.Writer)));
        await NewsAsync<Connection.Up>();
    }

    private sealed class Reporter : ReceiveActor
    {
        private readonly IActorRef _connection;

        public Reporter(IActorRef connection, ChannelWriter<object> news)
        {
            _connection = connection;
            ReceiveAny(report => news.TryWrite(report));
        }

        protected override void PreStart() => _connection.Tell(new Connection.Subscribe());
    }
}
