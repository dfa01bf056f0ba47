using System.Diagnostics;
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

/// <summary>A user of the in-process domain that sends each request of an initiator by hand, so that a test controls the bytes.</summary>
internal sealed class RawInitiator
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(20);

    /// <summary>Streamhosts with this JID are direct.</summary>
    public static readonly Jid Self = Jid.Parse("raw@local.test/hand");

    private static readonly Jid Proxy = Jid.Parse("proxy.local.test");

    private readonly Channel<Iq> _responses = Channel.CreateUnbounded<Iq>();
    private readonly IActorRef _link;
    private string _sessionId = "";

    public RawInitiator(LocalDomainHost host)
    {
        var system = host.Services.GetRequiredService<ActorSystem>();
        var (domain, answers) = (host.Domain, _responses.Writer);
        _link = system.ActorOf(Props.Create(() => new LinkActor(domain, answers)));
    }

    /// <summary>
    /// Offers this number of bytes (null = not announced) with a new session id until the application has subscribed to offers; completes with the response.
    /// </summary>
    public async Task<Iq> OfferAsync(long? size)
    {
        _sessionId = SessionIds.Random();
        var file = new FileDescription("raw.bin", size ?? 0) { IsSizeUnknown = size is null };
        var offer = new SiOffer(_sessionId, file, [Namespaces.Bytestreams]).ToXml();
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await RequestAsync(IqType.Set, LocalDomainHost.Receiver, offer);
            if (answer.Error?.Condition != ErrorConditions.ServiceUnavailable || Stopwatch.GetElapsedTime(start) > s_maxWait)
            {
                return answer;
            }
        }
    }

    /// <summary>Sends streamhosts to the receiver; returns its response.</summary>
    public Task<Iq> SendStreamhostsAsync(params StreamHost[] hosts) =>
        RequestAsync(IqType.Set, LocalDomainHost.Receiver, new StreamHostOffer(_sessionId, hosts).ToXml());

    /// <summary>Offers the proxy, connects to it and activates it; returns the connection to the receiver.</summary>
    /// <param name="inFront">Streamhosts that are offered before the proxy.</param>
    public async Task<Socket> ConnectAsync(params StreamHost[] inFront)
    {
        var host = ProxyAddress.Read((await RequestAsync(IqType.Get, Proxy, ProxyAddress.Query())).Payload)[0];
        var used = await SendStreamhostsAsync([.. inFront, host]);
        Assert.Equal(IqType.Result, used.Type);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(host.Host), host.Port);
        await socket.WriteAsync([5, 1, 0]);
        await socket.ReadAsync(2);
        var hash = DestinationAddress.Compute(_sessionId, Self, LocalDomainHost.Receiver).Hex;
        await socket.WriteAsync([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(hash), 0, 0]);
        Assert.Equal(0, (await socket.ReadAsync(47))[1]);
        Assert.Equal(IqType.Result, (await RequestAsync(IqType.Set, Proxy, new Activation(_sessionId, LocalDomainHost.Receiver).ToXml())).Type);
        return socket;
    }

    private async Task<Iq> RequestAsync(IqType type, Jid to, XmlElement payload)
    {
        _link.Tell(new Iq(type, StanzaIds.Random(), Self, to, payload));
        return await _responses.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed class LinkActor : ReceiveActor
    {
        public LinkActor(LocalDomain domain, ChannelWriter<Iq> answers)
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
