using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Transports.Resolution;
using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>Makes connections, each with the link that its definition names.</summary>
/// <param name="settings">Section <c>connection</c>.</param>
/// <param name="receivesMessages">See <see cref="ClientTerms.ReceivesMessages"/>.</param>
internal sealed class ConnectionFactory(ConnectionSettings settings, bool receivesMessages = false)
{
    private readonly DnsServerResolver _resolver = new(settings.NameServers, settings.ResolveTimeout);

    private ManagementTerms? Management =>
        settings.ResumeWithin > TimeSpan.Zero ? new ManagementTerms(settings.MaxUnacknowledged, settings.ResumeWithin) : null;

    /// <summary>A connection, which opens its link when its actor starts.</summary>
    /// <param name="name">Its name in logs.</param>
    /// <param name="link">Transport of its stanzas.</param>
    /// <param name="info">disco#info result of its addresses.</param>
    /// <param name="moves">See <see cref="Connection.Definition.Moves"/>.</param>
    /// <param name="takesOver">See <see cref="Connection.Definition.TakesOver"/>.</param>
    public Props Create(string name, LinkDefinition link, DiscoInfo info, Func<bool>? moves = null, bool takesOver = false)
    {
        var definition = new Connection.Definition(name, Link(link), info)
        {
            Elsewhere = link is LinkDefinition.Client { Address: var address } ? host => Link(new LinkDefinition.Client(address.At(host))) : null,
            Hold = (link as LinkDefinition.Client)?.Hold,
            Moves = moves,
            TakesOver = takesOver,
        };
        return ConnectionActor.Props(definition, settings);
    }

    private Props Link(LinkDefinition link) => link switch
    {
        LinkDefinition.Component component => XmppStreamActor.Props(component.Address, Terms(component.Address), settings, _resolver),
        LinkDefinition.Client client => XmppStreamActor.Props(client.Address, Terms(client.Address), settings, _resolver),
        LinkDefinition.InProcess local => local.Link,
        LinkDefinition.Configured local => local.Link(settings),
        LinkDefinition.Application application => InProcessLinkActor.Props(application.Link, settings),
        _ => throw new ArgumentException($"Unknown link {link}.", nameof(link)),
    };

    private ClientTerms Terms(ClientAccount address) => new(address.Jid, address.Password)
    {
        HasCertificate = address.Certificate is not null,
        AllowPlaintext = address.Tls == TlsMode.Off,
        ReceivesMessages = receivesMessages,
        Capabilities = Caps.ToXml(Engine.Info),
        Management = Management,
    };

    private ComponentTerms Terms(ComponentAccount address) => new(address.Jid, address.Secret)
    {
        StartTls = address.Tls is TlsMode.StartTls or TlsMode.Required,
        Management = Management,
    };
}
