using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>A user of the in-process domain who does by hand what an initiator does, and with the bytes whatever a test wants.</summary>
internal sealed class RawInitiator
{
    private const int MaxAttempts = 1000;

    /// <summary>Streamhosts with this JID are direct ones.</summary>
    public static readonly Jid Self = Jid.Parse("raw@local.test/hand");

    private static readonly Jid Proxy = Jid.Parse("proxy.local.test");

    private readonly Channel<Iq> _answers = Channel.CreateUnbounded<Iq>();
    private readonly IActorRef _courier;
    private string _sessionId = "";

    public RawInitiator(LocalDomainHost host)
    {
        var system = host.Services.GetRequiredService<ActorSystem>();
        var (domain, answers) = (host.Domain, _answers.Writer);
        _courier = system.ActorOf(Props.Create(() => new Courier(domain, answers)));
    }

    /// <summary>Offers so many bytes under a new session id; completes when the offer was answered. Offers again as long as the host has not yet said that it takes offers.</summary>
    public async Task<Iq> OfferAsync(long size)
    {
        _sessionId = SessionIds.Random();
        var offer = new SiOffer(_sessionId, new FileDescription("raw.bin", size), [Namespaces.Bytestreams]).ToXml();
        for (var attempt = 0; ; attempt++)
        {
            var answer = await AskAsync(IqType.Set, LocalDomainHost.Receiver, offer);
            if (answer.Error?.Condition != ErrorConditions.ServiceUnavailable || attempt == MaxAttempts)
            {
                return answer;
            }
        }
    }

    /// <summary>Names streamhosts to the receiver; its answer.</summary>
    public Task<Iq> NameAsync(params StreamHost[] hosts) => AskAsync(IqType.Set, LocalDomainHost.Receiver, new StreamHostOffer(_sessionId, hosts).ToXml());

    /// <summary>Leads the receiver to the proxy, follows and activates; what comes back carries bytes to the receiver.</summary>
    /// <param name="inFront">Streamhosts that are named before the proxy.</param>
    public async Task<Socket> ConnectAsync(params StreamHost[] inFront)
    {
        var host = ProxyAddress.Read((await AskAsync(IqType.Get, Proxy, ProxyAddress.Query())).Payload)[0];
        var used = await NameAsync([.. inFront, host]);
        Assert.Equal(IqType.Result, used.Type);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(host.Host), host.Port);
        await socket.WriteAsync([5, 1, 0]);
        await socket.ReadAsync(2);
        var hash = DestinationAddress.Compute(_sessionId, Self, LocalDomainHost.Receiver).Hex;
        await socket.WriteAsync([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(hash), 0, 0]);
        Assert.Equal(0, (await socket.ReadAsync(47))[1]);
        Assert.Equal(IqType.Result, (await AskAsync(IqType.Set, Proxy, new Activation(_sessionId, LocalDomainHost.Receiver).ToXml())).Type);
        return socket;
    }

    private async Task<Iq> AskAsync(IqType type, Jid to, XmlElement payload)
    {
        _courier.Tell(new Iq(type, StanzaIds.Random(), Self, to, payload));
        return await _answers.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed class Courier : ReceiveActor
    {
        public Courier(LocalDomain domain, ChannelWriter<Iq> answers)
        {
            Receive<Iq>(stanza =>
            {
                if (domain.Route(RawInitiator.Self, stanza) is { } answer)
                {
                    answers.TryWrite(answer);
                }
            });
            Receive<StanzaLink.Received>(received => answers.TryWrite(received.Stanza));
            Assert.True(domain.TryAttach(RawInitiator.Self, Self));
        }
    }
}
