using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>Messages of the engine.</summary>
internal static class Engine
{
    /// <summary>Name of the default engine, and of its actor below /user.</summary>
    public const string Name = "actor-transfer";

    /// <summary>The sender gets <see cref="Parts"/>.</summary>
    public sealed record GetParts;

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

        /// <summary>Connects to streamhosts.</summary>
        public required IStreamHostConnector Connector { get; init; }
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
        ]);
}
