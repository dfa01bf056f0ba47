using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Streams;

/// <summary>A client's session, with the test as the server.</summary>
internal sealed class ClientRun
{
    internal const string Header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='north.example' version='1.0'>";
    internal const string Plain = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>";
    internal const string StartTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    internal const string Bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
    internal const string Managed = "<sm xmlns='urn:xmpp:sm:3'/>";

    internal ClientRun(ClientTerms terms, bool encrypted = false, ResumableSession? resume = null) =>
        Take(ClientSession.Begin(terms, "nonce", encrypted ? [] : null, resume));

    internal static ClientTerms Terms { get; } = new(Jid.Parse("ada@north.example/desk"), "open sesame");

    internal XmppSession Session { get; private set; } = null!;

    /// <summary>The outputs of the last input.</summary>
    internal IReadOnlyList<StreamOutput> Outputs { get; private set; } = [];

    internal IEnumerable<string> Sent => Outputs.OfType<StreamOutput.Send>().Select(send => send.Text);

    internal StreamOutput.Close Closed => Assert.IsType<StreamOutput.Close>(Outputs[^1]);

    internal ClientRun Take(Step<XmppSession, StreamOutput> step)
    {
        (Session, Outputs) = (step.State, step.Outputs);
        return this;
    }

    /// <summary>The server's stream header and features.</summary>
    internal ClientRun Features(string features) => Open().Receives($"<features xmlns='http://etherx.jabber.org/streams'>{features}</features>");

    internal ClientRun Open() => Take(Session.Next(new XmlStreamItem.Opened(new XmlElement(Namespaces.Streams, "stream"))));

    internal ClientRun Receives(string xml) => Take(Session.Next(new XmlStreamItem.Stanza(XmlElement.Parse(xml))));

    internal ClientRun Secured() => Take(Session.Secured([]));

    internal ClientRun Success() => Receives("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");

    internal ClientRun Bound(string jid = "ada@north.example/desk") => Receives(
        $"<iq xmlns='jabber:client' type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{jid}</jid></bind></iq>");

    /// <summary>Authenticated without encryption; the features after authentication are still to come.</summary>
    internal static ClientRun LoggedIn(ClientTerms? terms = null, ResumableSession? resume = null) =>
        new ClientRun((terms ?? Terms) with { AllowPlaintext = true }, resume: resume).Features(Plain).Success();

    /// <summary>Ready without stream management.</summary>
    internal static ClientRun Ready() => LoggedIn().Features(Bind).Bound();

    /// <summary>Ready with stream management.</summary>
    internal static ClientRun ReadyAndManaged() =>
        LoggedIn(Terms with { Management = new ManagementTerms(4, TimeSpan.FromSeconds(60)) }).Features(Bind + Managed).Bound()
            .Receives("<enabled xmlns='urn:xmpp:sm:3' id='prev-1' resume='true'/>");
}
