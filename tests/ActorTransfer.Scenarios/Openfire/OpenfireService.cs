using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Scenarios.Openfire;

/// <summary>The XMPP side of an <see cref="OpenfireProxy"/>,, a component of the in-process domain: all addresses under one JID, and the activation.</summary>
internal sealed class OpenfireService : ReceiveActor
{
    public static readonly Jid Address = Jid.Parse("openfire.local.test");

    private static readonly DiscoInfo Info = new(
        [new DiscoIdentity("proxy", "bytestreams", "Socks 5 Bytestreams Proxy")], [Namespaces.Bytestreams, Namespaces.DiscoInfo]);

    private readonly OpenfireProxy _proxy;
    private readonly LocalDomain _domain;

    public OpenfireService(OpenfireProxy proxy, LocalDomain domain)
    {
        _proxy = proxy;
        _domain = domain;
        Receive<StanzaLink.Received>(received => Answer(received.Stanza));
    }

    /// <summary>Openfire's hash: a missing part of a JID is "null".</summary>
    public static string Hash(string sessionId, Jid requester, Jid target) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"{sessionId}{WithNulls(requester)}{WithNulls(target)}")));

    private static string WithNulls(Jid jid) => $"{jid.Local ?? "null"}@{jid.Domain}/{jid.Resource ?? "null"}";

    private void Answer(Iq asked)
    {
        if (asked is { IsRequest: true, Payload: { } payload })
        {
            _domain.Route(Address, Disco.Answer(Info, asked, payload) ?? AnswerBytestreams(asked));
        }
    }

    private Iq AnswerBytestreams(Iq asked) => asked.Type == IqType.Get
        ? asked.Result(ProxyAddress.Answer([.. _proxy.EndPoints.Select(at => new StreamHost(Address, at.Address.ToString(), at.Port))]))
        : Activation.TryRead(asked.Payload!, out var activation, out var refusal)
            && _proxy.TryActivate(Hash(activation.SessionId, asked.From!, activation.Target))
            ? asked.Result()
            : asked.Fail(refusal ?? StanzaError.NotAllowed);
}
