using System.Security.Cryptography;
using ActorTransfer.Scenarios.InProcess;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.Openfire;

/// <summary>Two users of a domain that use only its proxy, an <see cref="OpenfireProxy"/>.</summary>
internal sealed class OpenfireHost : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly LocalDomainHost _host;

    private OpenfireHost(LocalDomainHost host, OpenfireProxy proxy)
    {
        _host = host;
        Proxy = proxy;
    }

    public OpenfireProxy Proxy { get; }

    public LocalDomainHost Users => _host;

    /// <param name="proxy">Disposed with this.</param>
    /// <param name="component">The JID of a component of the domain.</param>
    public static async Task<OpenfireHost> StartAsync(OpenfireProxy proxy, Jid? component = null)
    {
        var host = await LocalDomainHost.StartAsync(
            $"actor-transfer {{ addresses.allow = [loopback], discovery.proxies = [{OpenfireService.Address}], initiator.linger = 2s, "
            + "target.fallback = 1s, jingle.replacement = 1s }",
            withProxy: false,
            component: component);
        var service = host.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new OpenfireService(proxy, host.Domain)));
        Assert.True(host.Domain.TryAttach(OpenfireService.Address, service));
        return new OpenfireHost(host, proxy);
    }

    /// <summary>Sends random bytes; returns the outcome of both sides and whether the received file equals the one sent.</summary>
    public async Task<(TransferOutcome Sent, TransferOutcome Received, bool IsSame)> TransferAsync(int size, Jid? from = null, Jid? to = null)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        var original = Path.Combine(_host.Folder, "original.bin");
        await File.WriteAllBytesAsync(original, bytes);
        var accepting = _host.AcceptNextAsync();
        from ??= LocalDomainHost.Sender;
        var options = new SendOptions(from.Local ?? from.Domain) { Methods = StreamMethods.Proxy };
        var sent = await _host.Transfers.SendAsync(to ?? LocalDomainHost.Receiver, new FileInfo(original), options);
        var received = await accepting.WaitAsync(Limit);
        var outcome = await received.Completion.WaitAsync(Limit);
        var isSame = outcome is TransferOutcome.Completed { Path: { } path } && (await File.ReadAllBytesAsync(path)).AsSpan().SequenceEqual(bytes);
        return (await sent.Completion.WaitAsync(Limit), outcome, isSame);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
