using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>A user of the in-process domain that plays one side of a Jingle session, stanza by stanza. It acknowledges every request.</summary>
internal sealed class RawJinglePeer : IDisposable
{
    public const string SessionId = "raw-session";
    public const string TransportId = "raw-transport";
    public const string Offered =
        "<name>raw.bin</name><size>600000</size><date>2026-01-31T08:15:00Z</date><desc/><range/><hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/>";

    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(30);

    private readonly Channel<Iq> _responses = Channel.CreateUnbounded<Iq>();
    private readonly Channel<Iq> _requests = Channel.CreateUnbounded<Iq>();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IActorRef _link;

    public RawJinglePeer(LocalDomainHost host, Jid? self = null)
    {
        Self = self ?? Jid.Parse("raw@local.test/hand");
        _listener.Start();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var (domain, address, responses, requests) = (host.Domain, Self, _responses.Writer, _requests.Writer);
        _link = system.ActorOf(Props.Create(() => new LinkActor(domain, address, responses, requests)));
        Assert.True(domain.TryAttach(Self, _link));
    }

    public Jid Self { get; }

    /// <summary>The engine's address.</summary>
    public Jid Engine { get; init; } = LocalDomainHost.Receiver;

    /// <summary>Ids of the session and its transport: those of the engine if it has begun.</summary>
    public string Sid { get; set; } = SessionId;

    public string Tsid { get; set; } = TransportId;

    /// <summary>SOCKS5 bytestreams with a candidate that is better than all of the engine.</summary>
    public string Socks5 => $"""
        <transport xmlns='{Namespaces.JingleBytestreams}' sid='{Tsid}'>
          <candidate cid='raw1' type='direct' jid='{Self}' host='127.0.0.1' port='{((IPEndPoint)_listener.LocalEndpoint).Port}' priority='8400000'/></transport>
        """;

    public void Dispose() => _listener.Dispose();

    /// <summary>Sends a request and returns its response.</summary>
    public async Task<Iq> AskAsync(XmlElement payload)
    {
        _link.Tell(Iq.Set(StanzaIds.Random(), Engine, payload, Self));
        return await _responses.Reader.ReadAsync().AsTask().WaitAsync(s_maxWait);
    }

    /// <summary>Sends a Jingle request: "result", or the condition of the error.</summary>
    public async Task<string> AskAsync(JingleAction action, string children)
    {
        var answer = await AskAsync(XmlElement.Parse($"<jingle xmlns='urn:xmpp:jingle:1' action='{action.Name()}' sid='{Sid}'>{children}</jingle>"));
        return answer.Error is { } error ? error.Application?.Name ?? error.Condition : "result";
    }

    /// <summary>Sends a Jingle request about the content, which must be acknowledged.</summary>
    public async Task SendAsync(JingleAction action, string content, string senders = "initiator") =>
        Assert.Equal("result", await AskAsync(action, $"<content creator='initiator' name='file' senders='{senders}'>{content}</content>"));

    public Task SendInfoAsync(string info) => AskAsync(JingleAction.SessionInfo, info);

    public Task TerminateAsync(JingleCondition condition) => AskAsync(JingleAction.SessionTerminate, $"<reason><{condition.Name()}/></reason>");

    public static string Describe(string file) => $"<description xmlns='{Namespaces.JingleFileTransfer}'><file>{file}</file></description>";

    /// <summary>The next request of the engine of any kind.</summary>
    public async Task<Iq> NextAsync() => await _requests.Reader.ReadAsync().AsTask().WaitAsync(s_maxWait);

    /// <summary>The next Jingle request with this action; others are skipped.</summary>
    public async Task<JingleRequest> NextAsync(JingleAction action)
    {
        while (true)
        {
            if (JingleRequest.TryRead((await NextAsync()).Payload!, out var request, out _) && request.Action == action)
            {
                return request;
            }
        }
    }

    /// <summary>The engine offers a file to this peer, which accepts it.</summary>
    public async Task<JingleRequest> AcceptOfferAsync(string file)
    {
        var offer = await NextAsync(JingleAction.SessionInitiate);
        (Sid, Tsid) = (offer.SessionId, offer.Contents[0].Transport!["sid"]!);
        await SendAsync(JingleAction.SessionAccept, Describe(file) + Socks5);
        return offer;
    }

    /// <summary>The engine connects to the candidate.</summary>
    /// <param name="grants">Null: all destinations.</param>
    public async Task<(Socket Socket, List<string> Asked)> ConnectedAsync(Func<string, bool>? grants = null)
    {
        var asked = new List<string>();
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync().WaitAsync(s_maxWait);
            await socket.ReadAsync(3);
            await socket.WriteAsync([5, 0]);
            var request = await socket.ReadAsync(47);
            asked.Add(Encoding.ASCII.GetString(request, 5, 40));
            if (grants?.Invoke(asked[^1]) ?? true)
            {
                request[1] = 0;
                await socket.WriteAsync(request);
                return (socket, asked);
            }

            await socket.WriteAsync([5, 1]); // Dino's refusal
            socket.Dispose();
        }
    }

    private sealed class LinkActor : ReceiveActor
    {
        public LinkActor(LocalDomain domain, Jid self, ChannelWriter<Iq> responses, ChannelWriter<Iq> requests)
        {
            Receive<Iq>(stanza =>
            {
                if (domain.Route(self, stanza) is { } answer)
                {
                    responses.TryWrite(answer);
                }
            });
            Receive<StanzaLink.Received>(
                received =>
                {
                    domain.Route(self, received.Stanza.Result());
                    requests.TryWrite(received.Stanza);
                },
                received => received.Stanza.IsRequest);
            Receive<StanzaLink.Received>(received => responses.TryWrite(received.Stanza));
        }
    }
}
