using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>Transport of a connection's stanzas.</summary>
internal abstract record LinkDefinition
{
    private LinkDefinition()
    {
    }

    /// <summary>Inside this process.</summary>
    /// <param name="Link">An actor that passes stanzas to and from their destination, see <see cref="StanzaLink"/>.</param>
    public sealed record InProcess(Props Link) : LinkDefinition;

    /// <summary>As <see cref="InProcess"/>, for a link that needs the settings of the connection.</summary>
    public sealed record Configured(Func<ConnectionSettings, Props> Link) : LinkDefinition;

    /// <summary>The application hands stanzas in and takes them out.</summary>
    public sealed record Application(InProcessLink Link) : LinkDefinition;

    /// <summary>Over a component stream (XEP-0114).</summary>
    public sealed record Component(ComponentAccount Address) : LinkDefinition;

    /// <summary>As a client account (RFC 6120).</summary>
    public sealed record Client(ClientAccount Address) : LinkDefinition
    {
        /// <summary>How long an attempt to connect has to wait; null = never.</summary>
        public Func<TimeSpan>? Hold { get; init; }
    }
}

/// <summary>A connection of the engine and its server.</summary>
/// <param name="Name">Its name in logs and calls.</param>
/// <param name="Link">Transport of its stanzas.</param>
/// <param name="Server">The entity whose disco items are searched for proxies.</param>
internal sealed record AccountDefinition(string Name, LinkDefinition Link, Jid Server)
{
    /// <summary>
    /// Whether the account is about to move to another process, which gets its session and the offers that this engine does not handle; null = never.
    /// </summary>
    public Func<bool>? Moves { get; init; }
}

/// <summary>A proxy service of the engine and its connection.</summary>
internal sealed record ProxyDefinition(BytestreamsProxy.Definition Proxy, LinkDefinition Link);

/// <summary>Definition of an engine.</summary>
internal sealed record EngineDefinition
{
    /// <summary>Connections that send and receive files.</summary>
    public ImmutableArray<AccountDefinition> Accounts { get; init; } = [];

    /// <summary>Proxy services.</summary>
    public ImmutableArray<ProxyDefinition> Proxies { get; init; } = [];

    /// <summary>Supplies the application's own stages between file and socket; null = there are none.</summary>
    public IContentStagesPolicy? Stages { get; init; }

    /// <summary>Supplies files that peers request; null = there are none.</summary>
    public IFileRequestPolicy? Requests { get; init; }

    /// <summary>Decides which streamhosts of peers may be connected to; null = section <c>addresses</c> does.</summary>
    public IAddressPolicy? Addresses { get; init; }

    /// <summary>The node of a cluster, part of the ids of transfers; zero = none.</summary>
    public int Node { get; init; }

    /// <summary>Connects to streamhosts; null = over TCP.</summary>
    public IStreamHostConnector? Connector { get; init; }
}
