using ActorTransfer.Actors;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Proxies;

namespace ActorTransfer;

/// <summary>Configures a node of a cluster: its engine, and what it shares with the other nodes. All nodes need the same shared connections.</summary>
public sealed class ActorTransferClusterOptions
{
    private readonly List<AccountDefinition> _shared = [];
    private readonly List<SharedProxy> _proxies = [];
    private readonly List<string> _folders = [];

    /// <summary>The engine of this node. Accounts, components and proxies that are added here are this node's only.</summary>
    public ActorTransferOptions Engine { get; } = new() { Node = ThisNode.IdOf };

    /// <summary>Connections that all nodes share.</summary>
    internal IReadOnlyList<AccountDefinition> Shared => _shared;

    /// <summary>Proxies that all nodes share.</summary>
    internal IReadOnlyList<SharedProxy> Proxies => _proxies;

    /// <summary>
    /// An external component (XEP-0114) of all nodes: one of them holds the connection to the server, and each can send and gets its part of the offers. The
    /// account is named after the component's domain.
    /// </summary>
    /// <param name="component">Server, component and secret.</param>
    /// <exception cref="ArgumentException">Its JID is not a domain, or there already is an account or proxy of this name.</exception>
    public ActorTransferClusterOptions AddComponent(ComponentAccount component) => Share(AccountDefinitions.Of(component));

    /// <summary>
    /// A SOCKS5 bytestreams proxy of all nodes: one of them holds the connection to the server, and each has pairs of its own at its own addresses
    /// (<see cref="ProxyOptions.Listen"/>, <see cref="ProxyOptions.Public"/>). Clients get the addresses of the least loaded nodes.
    /// </summary>
    /// <param name="proxy">Its server, addresses and rights.</param>
    /// <exception cref="ArgumentException">It cannot work, or there already is an account or proxy of this name.</exception>
    public ActorTransferClusterOptions AddProxy(ProxyOptions proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return Share(ProxyOptions.Define(proxy));
    }

    internal ActorTransferClusterOptions Share(ProxyDefinition proxy)
    {
        var shared = new SharedProxy(proxy);
        Engine.Add(shared.OfNode());
        _proxies.Add(shared);
        return this;
    }

    /// <summary>
    /// Client accounts of all nodes (RFC 6120): each lives on one of them, and comes back on another one if that is lost. Any node can send with it
    /// (<see cref="SendOptions.Account"/>), and its transfers run where it lives, except those of local streams and pipes. Offers for it arrive where it lives.
    /// </summary>
    /// <param name="directory">The accounts; null = the one that is registered in the application's services.</param>
    public ActorTransferClusterOptions AddAccounts(IAccountDirectory? directory = null)
    {
        HasAccounts = true;
        Directory = directory;
        return this;
    }

    /// <summary>
    /// A folder that all nodes have under the same path. Its files are sent from the node where the account lives; others from this node, with a link to that
    /// one.
    /// </summary>
    /// <param name="path">Its full path.</param>
    /// <exception cref="ArgumentException">The path is not a full one.</exception>
    public ActorTransferClusterOptions ShareFolder(string path)
    {
        _folders.Add(Path.IsPathFullyQualified(path)
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
            : throw new ArgumentException($"'{path}' is not a full path.", nameof(path)));
        return this;
    }

    /// <summary>How long after reading the names of the accounts they are read again. Default: 5 minutes.</summary>
    public TimeSpan AccountsReadAgain { get; set; } = TimeSpan.FromMinutes(5);

    internal bool HasAccounts { get; private set; }

    internal IAccountDirectory? Directory { get; private set; }

    /// <summary>Defines the accounts of the directory.</summary>
    internal Func<ClientAccount, AccountDefinition> Define { get; set; } = AccountDefinitions.Of;

    internal IReadOnlyList<string> SharedFolders => _folders;

    internal ActorTransferClusterOptions Share(AccountDefinition account)
    {
        var hub = SharedHub.ProxyPath(account.Name);
        Engine.Add(account with { Link = new LinkDefinition.Configured(settings => RemoteLinkActor.Props(account.Name, hub, settings)) });
        _shared.Add(account);
        return this;
    }
}
