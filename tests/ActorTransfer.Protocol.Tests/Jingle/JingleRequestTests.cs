using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Jingle;

public sealed class JingleRequestTests
{
    [Fact]
    public void Offer_must_be_read()
    {
        var request = Read(Examples.Offer);
        Assert.Equal((JingleAction.SessionInitiate, "8Jk2mUo9", Jid.Parse("ada@north.example/desk"), null), (request.Action, request.SessionId, request.Initiator, request.Responder));
        var content = Assert.Single(request.Contents);
        Assert.Equal((JingleRole.Initiator, "file", JingleSenders.Initiator), (content.Creator, content.Name, content.Senders));
        Assert.Equal((Namespaces.JingleFileTransfer, Namespaces.JingleBytestreams), (content.Description?.Namespace, content.Transport?.Namespace));
        Assert.Null(content.Security);
        Assert.Null(request.Reason);
        Assert.Null(request.Info);
    }

    [Theory]
    [InlineData(Examples.Offer)]
    [InlineData(Examples.Checksum)]
    [InlineData(Examples.Received)]
    [InlineData(Examples.CandidateUsed)]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid='a'/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='a+/='><reason><success/></reason></jingle>")]
    [InlineData(
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='a'><reason><media-error/><text>hash</text><file-too-large xmlns='urn:xmpp:jingle:apps:file-transfer:errors:0'/></reason></jingle>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='a'><reason><alternative-session><sid>b</sid></alternative-session></reason></jingle>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='content-reject' sid='a'><content creator='responder' name='x'/><reason><decline/></reason></jingle>")]
    public void Request_must_be_written_as_it_was_read(string xml) => Assert.Equal(XmlElement.Parse(xml), Read(xml).ToXml());

    /// <summary>Case 55 of the peers.</summary>
    [Theory]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1'/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' sid='a'/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='session-explode' sid='a'/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='SessionInfo' sid='a'/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='session-info'/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid=''/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'/>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='transport-info' sid='a'><content/></jingle>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:1' action='transport-info' sid='a'><content xmlns='' name='x'/></jingle>")]
    [InlineData("<jingle xmlns='urn:xmpp:jingle:0' action='session-info' sid='a'/>")]
    [InlineData("<query xmlns='urn:xmpp:jingle:1' action='session-info' sid='a'/>")]
    public void Malformed_request_must_be_a_bad_request(string xml)
    {
        Assert.False(JingleRequest.TryRead(XmlElement.Parse(xml), out _, out var refusal));
        Assert.Equal((ErrorType.Modify, ErrorConditions.BadRequest), (refusal.Type, refusal.Condition));
    }

    [Fact]
    public void Session_id_must_have_at_most_128_characters()
    {
        Assert.True(JingleRequest.TryRead(Info(new string('+', 128)), out _, out _));
        Assert.False(JingleRequest.TryRead(Info(new string('+', 129)), out _, out _));
    }

    /// <summary>Case 58 of the peers.</summary>
    [Fact]
    public void Prefixes_order_and_white_space_must_not_matter()
    {
        var sloppy = XmlElement.Parse("""
            <j:jingle xmlns:j='urn:xmpp:jingle:1' sid='8Jk2mUo9' action='session-initiate' initiator='ada@north.example/desk'>
              text <j:content name='file' senders='initiator' creator='initiator'>
                <t:transport xmlns:t='urn:xmpp:jingle:transports:s5b:1' sid='x1'/>
                <f:description xmlns:f='urn:xmpp:jingle:apps:file-transfer:5'/>
              </j:content>
            </j:jingle>
            """);
        Assert.True(JingleRequest.TryRead(sloppy, out var request, out _));
        Assert.Equal("x1", Assert.Single(request.Contents).Transport!["sid"]);
        Assert.Equal(Namespaces.JingleFileTransfer, request.Contents[0].Description!.Namespace);
    }

    /// <summary>Case 14 of the peers; an invalid address is that of nobody.</summary>
    [Theory]
    [InlineData("", JingleSenders.Both)]
    [InlineData("senders='both'", JingleSenders.Both)]
    [InlineData("senders='everyone'", JingleSenders.Both)]
    [InlineData("senders='responder'", JingleSenders.Responder)]
    [InlineData("senders='none'", JingleSenders.None)]
    public void Senders_must_default_to_both(string senders, object expected)
    {
        var request = Read($"<jingle xmlns='urn:xmpp:jingle:1' action='session-accept' sid='a' responder='@'><content name='x' {senders}/></jingle>");
        Assert.Equal((JingleRole.Initiator, expected), (request.Contents[0].Creator, (object)request.Contents[0].Senders));
        Assert.Null(request.Responder);
    }

    [Theory]
    [InlineData("<failed_transport/>", JingleCondition.FailedTransport, null)]
    [InlineData("<failed-transport/>", JingleCondition.FailedTransport, null)]
    [InlineData("<text>why</text><decline/>", JingleCondition.Decline, "why")]
    [InlineData("<no-mood/><text> </text>", JingleCondition.GeneralError, null)]
    [InlineData("", JingleCondition.GeneralError, null)]
    [InlineData("<cancel/><text>a\nb</text>", JingleCondition.Cancel, "a\\u{000A}b")]
    public void Reason_must_be_read(string xml, object condition, string? text)
    {
        var reason = Read($"<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='a'><reason>{xml}</reason></jingle>").Reason!;
        Assert.Equal((condition, text), ((object)reason.Condition, reason.Text));
    }

    [Fact]
    public void Text_of_a_reason_must_be_shortened()
    {
        var reason = Read($"<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='a'><reason><gone/><text>{new string('x', 5000)}</text></reason></jingle>").Reason!;
        Assert.Equal(201, reason.Text!.Length);
        Assert.Null(Read("<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='a'/>").Reason);
    }

    [Fact]
    public void Errors_must_be_those_of_the_specification()
    {
        Assert.Equal("<unexpected-request wait><out-of-order>", Show(JingleErrors.OutOfOrder));
        Assert.Equal("<conflict cancel><tie-break>", Show(JingleErrors.TieBreak));
        Assert.Equal("<item-not-found cancel><unknown-session>", Show(JingleErrors.UnknownSession));
        Assert.Equal("<feature-not-implemented modify><unsupported-info>", Show(JingleErrors.UnsupportedInfo));
        Assert.True(JingleErrors.IsUnknownSession(StanzaError.Read(JingleErrors.UnknownSession.ToXml())));
        Assert.False(JingleErrors.IsUnknownSession(StanzaError.ItemNotFound));
    }

    [Theory]
    [InlineData("tie-break", true)]
    [InlineData("tiebreak", true)]
    [InlineData("out-of-order", false)]
    public void Tie_break_must_be_recognised_in_both_spellings(string name, bool isTieBreak) =>
        Assert.Equal(isTieBreak, JingleErrors.IsTieBreak(StanzaError.Conflict with { Application = new XmlElement(Namespaces.JingleErrors, name) }));

    [Fact]
    public void Any_request_must_survive_writing_and_reading()
    {
        var requests =
            from action in Gen.Elements(Enum.GetValues<JingleAction>())
            from sid in Gen.Elements("a", "x+/=", "Ж")
            from contents in Gen.ListOf(
                from creator in Gen.Elements(JingleRole.Initiator, JingleRole.Responder)
                from senders in Gen.Elements(Enum.GetValues<JingleSenders>())
                from name in Gen.Elements("file", "a-file-offer", "<&'\">")
                from description in Gen.Elements(null, new XmlElement("u:1", "description"))
                from transport in Gen.Elements(null, new XmlElement("u:2", "transport").With("sid", "t"))
                select new JingleContent(creator, name) { Senders = senders, Description = description, Transport = transport })
            from reason in Gen.Elements(
                null, new JingleReason(JingleCondition.Decline), new JingleReason(JingleCondition.Gone, "text"), new JingleReason(JingleCondition.MediaError, "t", new XmlElement("u:3", "x")))
            from jid in Gen.Elements(null, Jid.Parse("a@b/c"))
            where contents.Count > 0 || !action.NeedsContent()
            select new JingleRequest(action, sid) { Contents = [.. contents], Reason = reason, Initiator = jid, Responder = jid };
        Prop.ForAll(requests.ToArbitrary(), request =>
        {
            var xml = request.ToXml();
            return JingleRequest.TryRead(XmlElement.Parse(xml.ToString()), out var read, out _) && read.ToXml() == xml && read.Action == request.Action;
        }).QuickCheckThrowOnFailure();
    }

    private static XmlElement Info(string sid) => new XmlElement(Namespaces.Jingle, "jingle").With("action", "session-info").With("sid", sid);

    private static string Show(StanzaError error) =>
        $"<{error.Condition} {HyphenatedName.Of(error.Type)}><{error.Application!.Name}>";

    private static JingleRequest Read(string xml) => JingleRequest.TryRead(XmlElement.Parse(xml), out var request, out var refusal)
        ? request
        : throw new FormatException(refusal.Describe());
}
