using System.Net;
using ActorTransfer.Actors;
using ActorTransfer.Cluster.Accounts;
using ActorTransfer.Cluster.Tests.Links;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Time;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>
/// Three nodes with accounts of an in-process domain, which refuses a second login of an address, and a peer with an engine of its own. The nodes share a
/// folder.
/// </summary>
public abstract class AccountsTest : IAsyncLifetime
{
    private protected const int Nodes = 3;
    private const int Accounts = 6;
    private protected static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(40);
    private protected static readonly Jid PeerJid = Jid.Parse("peer@local.test/x");

    private const string Fast =
        """
        akka {
          cluster {
            failure-detector { heartbeat-interval = 300ms, acceptable-heartbeat-pause = 2s }
            split-brain-resolver.stable-after = 1s
            distributed-data { gossip-interval = 200ms, notify-subscribers-interval = 50ms }
            sharding { retry-interval = 200ms, coordinator-failure-backoff = 500ms }
          }
        }
        """;

    private protected readonly LocalDomain _domain = new(Jid.Parse("local.test"));
    private protected readonly TemporaryFolder _folder = new();
    private protected readonly List<ClusterHost> _nodes = [];
    private IHost _peer = null!;

    private protected IFileTransfers Peer => _peer.Services.GetRequiredService<IFileTransfers>();

    private protected FixedDirectory Directory { get; } = new();

    private protected string Shared => _folder["shared"];

    public async Task InitializeAsync()
    {
        _folder.Folder("shared");
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options
            .AddLocalUser(_domain, PeerJid)
            .AddLocalProxy(_domain, Jid.Parse("proxy.local.test"), new IPEndPoint(IPAddress.Loopback, 0))
            .WithHocon(PeerHocon)
            .DownloadTo(_folder.Folder("peer")));
        _peer = builder.Build();
        await _peer.StartAsync();
        await Peer.ReadyAsync();
        for (var number = 0; number < Nodes; number++)
        {
            await StartNodeAsync();
        }

        await HasRegionsAsync(_nodes[0]); // otherwise the nodes that have one share all accounts
        for (var number = 1; number <= Accounts; number++)
        {
            Directory.Accounts[NameOf(number)] = Account($"user{number}");
        }

        await OnlineAsync(_nodes[0]);
    }

    public async Task DisposeAsync()
    {
        await ClusterHost.DisposeAsync(_nodes);
        await _peer.StopAsync();
        _peer.Dispose();
        _folder.Dispose();
    }

    private protected virtual string PeerHocon => "";

    /// <summary>Adds services to each node.</summary>
    private protected virtual void Configure(IServiceCollection services)
    {
    }

    private static async Task HasRegionsAsync(ClusterHost node)
    {
        var region = ClusterSharding.Get(node.System).ShardRegion(AccountRegion.TypeName);
        CurrentRegions regions;
        do
        {
            regions = await region.Ask<CurrentRegions>(GetCurrentRegions.Instance, MaxWait);
        }
        while (regions.Regions.Count < Nodes);
    }

    private protected static ClientAccount Account(string user) => new() { Jid = Jid.Parse($"{user}@local.test/phone"), Password = "secret" };

    private protected static string NameOf(int user) => $"user{user}@local.test";

    private protected async Task StartNodeAsync()
    {
        var seed = _nodes.FirstOrDefault();
        var node = await ClusterHost.StartAsync(
            options =>
            {
                options.AddAccounts(Directory).ShareFolder(Shared).Engine.DownloadTo(Shared);
                options.AccountsReadAgain = TimeSpan.FromMinutes(1);
                options.Define = account => new AccountDefinition(
                    account.Jid.Bare.ToString(), new LinkDefinition.InProcess(LocalLinkActor.Props(_domain, account.Jid)), _domain.Name);
            },
            seed,
            Fast,
            services =>
            {
                services.AddSingleton<IContentResolver>(new FolderResolver(Shared));
                Configure(services);
            });
        _nodes.Add(node);
        await (seed ?? node).HasNodesAsync(_nodes.Count);
    }

    /// <summary>Completes when all accounts are connected; returns their nodes.</summary>
    private protected async Task<Dictionary<string, string>> OnlineAsync(ClusterHost node)
    {
        var at = new Dictionary<string, string>();
        foreach (var name in Directory.Accounts.Keys)
        {
            at[name] = (await OnlineAsync(node, name)).Node;
        }

        return at;
    }

    private protected static async Task<AccountLocation> OnlineAsync(ClusterHost node, string name)
    {
        AccountLocation? location = null;
        Task<AccountLocation?> next = node.Accounts.LocateAsync(name);
        await Eventually.HoldsAsync(
            () =>
            {
                if (next.IsCompletedSuccessfully && (location = next.Result) is not { Status: AccountStatus.Online })
                {
                    next = node.Accounts.LocateAsync(name);
                }

                return location is { Status: AccountStatus.Online };
            },
            () => $"{name}: {location} {next.Exception}");
        return location!;
    }

    private protected ClusterHost NodeAt(string address) => _nodes.Single(node => node.Cluster.SelfAddress.ToString() == address);

    private protected static string AddressOf(ClusterHost node) => node.Cluster.SelfAddress.ToString();

    /// <summary>An account that lives on another node.</summary>
    private protected async Task<string> AwayFromAsync(ClusterHost node)
    {
        var at = await OnlineAsync(node);
        return at.First(account => account.Value != AddressOf(node)).Key;
    }

    private protected static async Task<ITransfer> AcceptNextAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return await offer.AcceptAsync();
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
