using System.Collections.Concurrent;
using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Extensibility;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// Sends through accounts that live on other nodes: content that each node can read from there, and other content from here, with a link to the account.
/// </summary>
/// <param name="system">The actor system of this node.</param>
/// <param name="engine">The engine of this node.</param>
/// <param name="accounts">Finds accounts.</param>
/// <param name="guests">Opens links to them.</param>
/// <param name="shared">Folders that all nodes have.</param>
/// <param name="facts">What this node has.</param>
internal sealed class AccountRouter(
    ActorSystem system, EngineInstance engine, AccountLocator accounts, IActorRef guests, IReadOnlyList<string> shared, NodeFacts facts) : IRemoteAccounts
{
    private readonly ConcurrentDictionary<Task, TransferHandle> _running = [];

    public bool IsMoving(string account) => facts.IsMoving(account);

    public Task DrainedAsync() => Task.WhenAll(_running.Keys);

    public async Task<ITransfer?> SendAsync(string account, Jid to, IOutgoingContent content, SendOptions options, CancellationToken ct)
    {
        if (await accounts.LocateAsync(account, ct).ConfigureAwait(false) is not { Node.Length: > 0 } located || accounts.IsHere(located))
        {
            return null;
        }

        var (path, name) = content switch
        {
            FileContent file when IsShared(file.Path) => (file.Path, ""),
            NamedContent named => ("", named.Name),
            _ => ("", ""),
        };
        return path.Length + name.Length > 0
            ? await SendAsync(SendRequests.ToMessage(account, to, content.Description, options, path, name), to, content, ct).ConfigureAwait(false)
            : await SendFromHereAsync(account, located, to, content, options, ct).ConfigureAwait(false);
    }

    /// <summary>Finds accounts.</summary>
    public AccountLocator Accounts => accounts;

    public async Task<string?> DescribeAsync(string account, CancellationToken ct) =>
        await accounts.LocateAsync(account, ct).ConfigureAwait(false) is { Node.Length: > 0 } located
            ? $"account {account} lives on the node {located.Node}: watch and reconnect it there"
            : null;

    /// <summary>Runs there.</summary>
    private async Task<ITransfer> SendAsync(AccountMessage.Send send, Jid to, IOutgoingContent content, CancellationToken ct)
    {
        var there = system.ActorOf(RemoteTransferActor.Props(accounts.Region));
        var handle = new TransferHandle(system, there, engine.Lifetime, to, content.Description);
        there.Tell(send, handle.Observer);
        _running.TryAdd(handle.Completion, handle);
        _ = ForgetAsync(handle.Completion);
        await handle.BegunAsync(ct).ConfigureAwait(false);
        return handle;
    }

    private async Task ForgetAsync(Task ended)
    {
        await ended.ConfigureAwait(false);
        _running.TryRemove(ended, out _);
    }

    /// <summary>Runs here. The account's contacts are known there only.</summary>
    private async Task<ITransfer> SendFromHereAsync(
        string account, AccountMessage.Located located, Jid to, IOutgoingContent content, SendOptions options, CancellationToken ct)
    {
        var resource = to;
        if (!to.IsOneEntity)
        {
            var find = new AccountMessage.FindResource(account, to.ToString());
            var found = await accounts.AskAsync<AccountMessage.ResourceFound>(find, ct).ConfigureAwait(false);
            if (!Jid.TryParse(found.Resource, out resource!))
            {
                var failed = new TransferHandle(system, ActorRefs.Nobody, engine.Lifetime, to, content.Description);
                failed.Observer.Tell(new Transfer.NotStarted((FailureReason)found.Reason, found.Detail));
                return failed;
            }
        }

        var used = await guests.Ask<GuestAccountsActor.InUse>(
            new GuestAccountsActor.Use(account, Jid.Parse(located.Jid).Domain), AccountLocator.Timeout, ct).ConfigureAwait(false);
        try
        {
            var transfer = await new FileTransfers(system, engine).SendAsync(resource, content, options with { Account = used.Name }, ct).ConfigureAwait(false);
            _ = ReleaseAsync(transfer, used);
            return transfer;
        }
        catch
        {
            guests.Tell(new GuestAccountsActor.Release(used.Name));
            throw;
        }
    }

    private async Task ReleaseAsync(ITransfer transfer, GuestAccountsActor.InUse used)
    {
        await transfer.Completion.ConfigureAwait(false);
        guests.Tell(new GuestAccountsActor.Release(used.Name));
    }

    private bool IsShared(string path) => shared.Any(folder => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
