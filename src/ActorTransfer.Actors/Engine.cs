using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>Messages of the engine.</summary>
internal static class Engine
{
    /// <summary>Name of the default engine, and of its actor below /user.</summary>
    public const string Name = "actor-transfer";

    /// <summary>The sender gets <see cref="Parts"/>.</summary>
    public sealed record GetParts
    {
        /// <summary>It also gets <see cref="AccountOpened"/> and <see cref="AccountClosed"/> from then on, until it stops.</summary>
        public bool Follows { get; init; }
    }

    /// <summary>The engine's actors.</summary>
    /// <param name="Transfers">The parent of all transfers.</param>
    /// <param name="Connections">By account name.</param>
    /// <param name="Proxies">By JID.</param>
    public sealed record Parts(IActorRef Transfers, ImmutableDictionary<string, IActorRef> Connections, ImmutableDictionary<Jid, IActorRef> Proxies)
    {
        /// <summary>The connections of the proxies, by the proxy's JID.</summary>
        public ImmutableDictionary<Jid, IActorRef> ProxyConnections { get; init; } = ImmutableDictionary<Jid, IActorRef>.Empty;

        /// <summary>The contacts of the accounts, by account name; see <see cref="Connections.Contacts"/>.</summary>
        public ImmutableDictionary<string, IActorRef> Contacts { get; init; } = ImmutableDictionary<string, IActorRef>.Empty;

        /// <summary>The listener for direct transfers, or <see cref="ActorRefs.Nobody"/>.</summary>
        public IActorRef StreamHost { get; init; } = ActorRefs.Nobody;

        /// <summary>The definitions of the accounts, by account name.</summary>
        public ImmutableDictionary<string, AccountDefinition> Definitions { get; init; } = ImmutableDictionary<string, AccountDefinition>.Empty;

        /// <summary>The engine itself.</summary>
        public required IActorRef Engine { get; init; }

        /// <summary>Connects to streamhosts.</summary>
        public required IStreamHostConnector Connector { get; init; }

        /// <summary>With an account that was opened.</summary>
        public Parts With(AccountOpened opened) => this with
        {
            Connections = Connections.SetItem(opened.Account.Name, opened.Connection),
            Contacts = Contacts.SetItem(opened.Account.Name, opened.Contacts),
            Definitions = Definitions.SetItem(opened.Account.Name, opened.Account),
        };

        /// <summary>Without an account that was closed.</summary>
        public Parts Without(AccountClosed closed) => this with
        {
            Connections = Connections.Remove(closed.Name),
            Contacts = Contacts.Remove(closed.Name),
            Definitions = Definitions.Remove(closed.Name),
        };
    }

    /// <summary>
    /// Adds an account while the engine runs. The sender gets <see cref="AccountOpened"/>, after those who follow the engine, or <see cref="AccountRefused"/>.
    /// The account connects, and is retried, as those that the engine started with.
    /// </summary>
    internal sealed record OpenAccount(AccountDefinition Account)
    {
        /// <summary>From the process that had the account; null = nothing.</summary>
        public SessionHandOver? HandOver { get; init; }
    }

    /// <summary>An account was added.</summary>
    /// <param name="Account">Its definition.</param>
    /// <param name="Connection">Its connection.</param>
    /// <param name="Contacts">Its contacts.</param>
    internal sealed record AccountOpened(AccountDefinition Account, IActorRef Connection, IActorRef Contacts);

    /// <summary>The account cannot be opened or closed.</summary>
    internal sealed record AccountRefused(string Name, string Reason);

    /// <summary>
    /// Removes an account: no new transfers, queued ones end, pending offers are refused; when the last active transfer has ended, the link is closed. The
    /// sender gets <see cref="AccountClosed"/> when the server has ended the session, after those who follow the engine, or <see cref="AccountRefused"/>.
    /// </summary>
    /// <param name="Name">Name of the account.</param>
    /// <param name="Within">Transfers that have not ended by then are cancelled on both sides. Of several requests, the first counts.</param>
    internal sealed record CloseAccount(string Name, TimeSpan Within)
    {
        /// <summary>The account moves to another process: its session is not ended if that one can resume it.</summary>
        public bool HandsOver { get; init; }
    }

    /// <summary>An account was removed; its name and its address can be used again.</summary>
    internal sealed record AccountClosed(string Name)
    {
        /// <summary>What is left to the next process, if the account moves.</summary>
        public SessionHandOver HandOver { get; init; } = SessionHandOver.None;
    }

    /// <summary>
    /// Replaces what can be changed while the engine runs: limits, rates, timeouts and access lists of transfers and of all proxies, see
    /// <see cref="EngineSettings.Reloaded"/>. The message has no reply and cannot fail.
    /// </summary>
    /// <param name="Settings">Complete settings; those that cannot be changed are ignored.</param>
    internal sealed record Reload(EngineSettings Settings)
    {
        /// <summary>Proxies whose access list may have changed; only that is applied, and only to proxies that the engine has.</summary>
        public ImmutableArray<BytestreamsProxy.Definition> Proxies { get; init; } = [];
    }

    /// <summary>Published on the event stream when an actor of the engine failed to handle a message, or could not start because of its environment.</summary>
    /// <param name="Reason">Human-readable.</param>
    /// <param name="AtStart">True: the engine stops, since a restart would fail the same way. False: the actor continues with its next message.</param>
    public sealed record Fault(string Reason, bool AtStart)
    {
        /// <summary>The engine; others of the same actor system are not affected.</summary>
        public required IActorRef Engine { get; init; }
    }

    /// <summary>disco#info result of accounts.</summary>
    public static DiscoInfo Info { get; } = new(
        [new DiscoIdentity("client", "bot", "ActorTransfer")],
        [
            Namespaces.DiscoInfo, Namespaces.Caps, Namespaces.FeatureNegotiation, Namespaces.StreamInitiation, Namespaces.FileTransferProfile,
            Namespaces.Bytestreams, Namespaces.Ibb, Namespaces.InOrderBlocks, Namespaces.Ping,
            Namespaces.Jingle, Namespaces.JingleFileTransfer, Namespaces.JingleBytestreams, Namespaces.JingleIbb, Namespaces.Hashes,
            .. HashFunction.Advertised.Select(function => function.Feature),
        ]);
}
