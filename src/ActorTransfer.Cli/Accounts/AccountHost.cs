using ActorTransfer.Cli.Exports;
using ActorTransfer.Cli.Reports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog.Events;

namespace ActorTransfer.Cli.Accounts;

/// <summary>The host of <c>send</c>, <c>receive</c> and <c>diagnose</c>: the engine with one client account.</summary>
internal sealed class AccountHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TimeSpan _loginLimit;

    private AccountHost(IHost host, AccountRequest request)
    {
        _host = host;
        _loginLimit = request.Timeout ?? AccountRequest.DefaultLoginLimit;
        Account = request.Address.Jid.Bare.ToString();
    }

    /// <summary>Name of the account.</summary>
    public string Account { get; }

    public IFileTransfers Transfers => _host.Services.GetRequiredService<IFileTransfers>();

    public IServiceProvider Services => _host.Services;

    public IDiagnostics Diagnostics => _host.Services.GetRequiredService<IDiagnostics>();

    /// <param name="request">Account and options.</param>
    /// <param name="receives">False: offers of peers are refused at once.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <param name="exports">Where metrics and traces go; null = nowhere.</param>
    /// <param name="receivesHttp">Files that peers share by their URL are offers, too.</param>
    public static async Task<AccountHost> StartAsync(
        AccountRequest request, bool receives, CancellationToken ct, ExportRequest? exports = null, bool receivesHttp = false)
    {
        void Configure(ActorTransferOptions options) => options
            .WithHocon(EngineOverrides.Of(request))
            .WithHocon($"actor-transfer.target.enabled = {(receives ? "on" : "off")}")
            .WithHocon($"actor-transfer.http.receive = {(receivesHttp ? "on" : "off")}")
            .AddClient(request.Address);
        return new AccountHost(await CommandHost.StartAsync(Configure, request.Output, LogEventLevel.Error, ct, exports: exports), request);
    }

    /// <summary>Status of the connection, now and on each change.</summary>
    public IAsyncEnumerable<AccountStatus> WatchAsync(CancellationToken ct) =>
        _host.Services.GetRequiredService<IAccounts>().WatchAsync(Account, ct);

    /// <summary>Waits until the account is logged in, at once if it already is.</summary>
    /// <param name="keepTrying">False: the first failed attempt ends the wait.</param>
    /// <param name="interrupted">Cancels the wait.</param>
    /// <exception cref="FailureException">The login failed or timed out.</exception>
    public async Task<Jid> LoginAsync(bool keepTrying, CancellationToken interrupted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        limit.CancelAfter(_loginLimit);
        AccountStatus.Offline? last = null;
        try
        {
            await foreach (var status in WatchAsync(limit.Token))
            {
                switch (status)
                {
                    case AccountStatus.Online online:
                        return online.Self;
                    case AccountStatus.Offline offline when offline.ForGood || !keepTrying:
                        throw new FailureException(LoginFailures.Of(offline));
                    case AccountStatus.Offline offline:
                        last = offline;
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            throw new FailureException(LoginFailures.Interrupted);
        }
        catch (OperationCanceledException)
        {
            throw new FailureException(last is null ? LoginFailures.TimedOut(_loginLimit) : LoginFailures.Of(last));
        }
        catch (EngineException failure)
        {
            throw new FailureException(LoginFailures.Of(new AccountStatus.Offline(failure.Message, failure.ForGood)), failure);
        }

        throw new FailureException(LoginFailures.Interrupted);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
