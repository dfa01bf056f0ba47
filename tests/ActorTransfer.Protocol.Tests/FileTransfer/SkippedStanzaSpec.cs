using System.Text;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Tests.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>Stanzas that any entity can have a server deliver, from bytes to the reaction of client and component streams.</summary>
public sealed class SkippedStanzaSpec
{
    private const string ComponentHeader =
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='relay.north.example'>";

    private const string ClientHeader =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='north.example' version='1.0'>";

    private const string Ping = "<iq type='get' id='after' from='bo@south.example/x' to='ada@north.example/desk'><ping xmlns='urn:xmpp:ping'/></iq>";

    private static readonly XmlLimits Limits = new(MaxStanzaBytes: 2000, MaxDepth: 8, MaxAttributes: 6, MaxChildren: 20);

    /// <summary>One above each limit, at several states of the parser.</summary>
    public static TheoryData<string> Contents => new(
        string.Concat(Enumerable.Repeat("<a>", 39)) + string.Concat(Enumerable.Repeat("</a>", 39)),
        string.Concat(Enumerable.Repeat("<b:a xmlns:b='u'>", 100)) + string.Concat(Enumerable.Repeat("</b:a >", 100)),
        string.Concat(Enumerable.Repeat("<a/>", 21)),
        "<a b='' c='' d='' e='' f='' g='' h='' i='&lt;'/>",
        "<a b='' c='' d='' e='' f='' g='' h=''>text</a>",
        $"<a xmlns='{new string('u', 3000)}'/>",
        $"<a b='{new string('x', 3000)}'>&amp;</a>",
        $"<{new string('a', 3000)}/>",
        $"<{new string('a', 3000)}></{new string('a', 3000)}>",
        $"<a {new string('b', 3000)}=''/>",
        $"<a>{new string('x', 1000)}<b>{new string('x', 1000)}</b></a>",
        $"<a><![CDATA[{new string(']', 3000)}]]></a>",
        $"<a>{string.Concat(Enumerable.Repeat("&amp;", 500))}</a>",
        $"<a{new string(' ', 3000)}/>",
        $"<a></a{new string(' ', 3000)}>",
        $"<a>&#{new string('0', 3000)}65;</a>",
        $"<a>{string.Concat(Enumerable.Repeat("\U0001F600", 800))}</a>",
        "<a xmlns:p=''/>",
        "<a xmlns:xml='u'/>",
        "<p:a/>",
        "<a p:b=''/>");

    [Theory]
    [MemberData(nameof(Contents))]
    public void Skipped_request_must_get_an_error_and_the_stream_must_continue(string content)
    {
        foreach (var (name, run) in Runs())
        {
            var outcome = run($"<iq type='set' id='q&amp;1' from='eve@south.example/x' to='ada@north.example/desk'>{content}</iq>{Ping}");

            Assert.False(outcome.Closed, name);
            var answer = XmlElement.Parse(Assert.Single(outcome.Sent));
            Assert.Equal(("error", "q&1", "eve@south.example/x"), (answer["type"], answer["id"], answer["to"]));
            Assert.Contains(answer.Children[0].Children[0].Name, new[] { "policy-violation", "not-acceptable" });
            Assert.Equal("after", Assert.Single(outcome.Delivered).Id);
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void Skipped_message_must_get_no_response(string content)
    {
        foreach (var (name, run) in Runs())
        {
            var outcome = run($"<message from='eve@south.example/x' to='ada@north.example/desk'>{content}</message><presence>{content}</presence>{Ping}");

            Assert.False(outcome.Closed, name);
            Assert.Empty(outcome.Sent);
            Assert.Equal("after", Assert.Single(outcome.Delivered).Id);
        }
    }

    [Theory]
    [InlineData("result")]
    [InlineData("error")]
    public void Skipped_response_must_fail_its_pending_request(string type)
    {
        foreach (var (name, run) in Runs())
        {
            var items = string.Concat(Enumerable.Repeat("<item jid='a.north.example'/>", 21));
            var outcome = run($"<iq type='{type}' id='q1' from='north.example' to='ada@north.example/desk'><query xmlns='u'>{items}</query></iq>{Ping}");

            Assert.False(outcome.Closed, name);
            Assert.Empty(outcome.Sent);
            Assert.Equal(2, outcome.Delivered.Count);
            Assert.Equal((IqType.Error, "q1", "north.example"), (outcome.Delivered[0].Type, outcome.Delivered[0].Id, outcome.Delivered[0].From?.ToString()));
            Assert.Equal("policy-violation", outcome.Delivered[0].Error?.Condition);
        }
    }

    [Theory]
    [InlineData("<iq b='' c='' d='' type='get' id='q1' from='eve@south.example/x' e='' f='' g='' h='&#65;'><a/></iq>")]
    [InlineData("<iq type='get' id='q1' b='' c='' d='' e='' f='' g='' from='eve@south.example/x' />")]
    public void Request_with_too_many_attributes_must_get_an_error_too(string request)
    {
        foreach (var (name, run) in Runs())
        {
            var outcome = run(request + Ping);

            Assert.False(outcome.Closed, name);
            var answer = XmlElement.Parse(Assert.Single(outcome.Sent));
            Assert.Equal(("error", "q1", "eve@south.example/x"), (answer["type"], answer["id"], answer["to"]));
            Assert.Equal("after", Assert.Single(outcome.Delivered).Id);
        }
    }

    [Theory]
    [InlineData("<iq type='get' id='[id]' from='eve@south.example/x'><a xmlns='u'/></iq>")]
    [InlineData("<iq type='get' id='[id]' from='eve@south.example/x'/>")]
    [InlineData("<iq type='result' id='[id]' from='eve@south.example/x'/>")]
    public void Id_too_long_for_a_response_must_not_be_repeated(string request)
    {
        foreach (var (name, run) in Runs(XmlLimits.Default))
        {
            var outcome = run(
                request.Replace("[id]", new string('\'', 4097).Replace("'", "&apos;", StringComparison.Ordinal), StringComparison.Ordinal) + Ping);

            Assert.False(outcome.Closed, name);
            Assert.Empty(outcome.Sent);
            Assert.Equal("after", Assert.Single(outcome.Delivered).Id);
        }
    }

    [Theory]
    [InlineData("<iq id='1' from='a@b/c'/>")]
    [InlineData("<iq type='blah' id='1' from='a@b/c'/>")]
    [InlineData("<iq type='get' from='a@b/c'><x xmlns='y'/></iq>")]
    [InlineData("<iq type='get' id='1' from='@'><x xmlns='y'/></iq>")]
    [InlineData("<iq type='get' id='1' from='a@b/c' to='@'><x xmlns='y'/></iq>")]
    [InlineData("<iq type='get' id='1'><x xmlns='y'/></iq>")]
    [InlineData("<iq xmlns='urn:other' type='get' id='1' from='a@b/c'><x xmlns='y'/></iq>")]
    [InlineData("<message from='@'/>")]
    [InlineData("<presence from='@'/>")]
    [InlineData("<odd xmlns='urn:odd'><x/></odd>")]
    [InlineData("<odd/>")]
    [InlineData("<features/>")]
    [InlineData("<handshake/>")]
    public void Valid_xml_without_meaning_must_not_end_the_stream(string stanza)
    {
        foreach (var (name, run) in Runs())
        {
            var outcome = run(stanza + Ping);

            Assert.False(outcome.Closed, name);
            Assert.Equal("after", outcome.Delivered[^1].Id);
        }
    }

    [Theory]
    [InlineData("<message>[deep]</b></a></a></a></a></a></a></a></a></a></message>")]
    [InlineData("<message>[deep]<b><c></b></c></a></a></a></a></a></a></a></a></a></a></message>")]
    [InlineData("<message>[deep]</a></a></a></a></a></a></a></a></a></message></a>")]
    [InlineData("<message>[deep]</a></a></a></a></a></a></a></a></a></a></iq>")]
    [InlineData("<message>[deep]<>")]
    [InlineData("<message>[deep]<1>")]
    [InlineData("<message>[deep]<a")]
    [InlineData("<message>[deep]<!-- -->")]
    [InlineData("<message>[deep]&lol;")]
    [InlineData("<message>[deep]\u0001")]
    [InlineData("<message>[deep]<a b=1/>")]
    [InlineData("<message>[deep]<a b='<'/>")]
    [InlineData("<message b='' c='' d='' e='' f='' g='' h='' id='1' id='2'/>")]
    public void Malformed_xml_must_end_the_stream_also_in_a_skipped_stanza(string stanza)
    {
        foreach (var (name, run) in Runs())
        {
            var outcome = run(stanza.Replace("[deep]", string.Concat(Enumerable.Repeat("<a>", 10)), StringComparison.Ordinal) + "</stream:stream>");

            Assert.True(outcome.Closed, name);
        }
    }

    [Fact]
    public void Endless_stanza_must_end_the_stream_and_use_no_memory()
    {
        var parser = new XmlStreamParser(new XmlLimits(MaxStanzaBytes: 64 * 1024));
        parser.Offer(Encoding.UTF8.GetBytes(ClientHeader + "<message><a b='"));
        Assert.IsType<XmlStreamItem.Opened>(parser.Poll());
        var piece = Encoding.UTF8.GetBytes(new string('x', 16 * 1024));
        XmlStreamItem? item = null;
        var (pieces, before) = (0, GC.GetAllocatedBytesForCurrentThread());
        for (; item is null; pieces++)
        {
            parser.Offer(piece);
            item = parser.Poll();
        }

        Assert.Equal("policy-violation", Assert.IsType<XmlStreamItem.Invalid>(item).StreamErrorCondition);
        Assert.Equal(64 * 64 / 16, pieces);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void Limits_must_be_strict_until_the_login_is_over()
    {
        var elements = string.Concat(Enumerable.Repeat("<a>", 39)) + string.Concat(Enumerable.Repeat("</a>", 39));
        var deep = $"<iq type='set' id='q1' from='eve@south.example/x'>{elements}</iq>";
        var client = new ClientRun(ClientRun.Terms).Open();
        foreach (var item in Read(ClientHeader + deep, Limits).Skip(1))
        {
            client.Take(client.Session.Next(item));
        }

        Assert.Contains("policy-violation", client.Closed.Reason, StringComparison.Ordinal);
        Assert.Contains("<policy-violation ", client.Sent.Single(), StringComparison.Ordinal);

        var component = new ComponentTerms(Jid.Parse("relay.north.example"), "s").Begin("nonce").State;
        Assert.Contains(
            Read(ComponentHeader + deep, Limits).SelectMany(item => component.Next(item).Outputs),
            output => output is StreamOutput.Close { Reason: var why } && why.Contains("policy-violation", StringComparison.Ordinal));
    }

    [Fact]
    public void Skipped_stanza_must_count_as_handled()
    {
        var run = ClientRun.ReadyAndManaged();
        foreach (var item in Read($"{ClientHeader}<message>{string.Concat(Enumerable.Repeat("<a/>", 21))}</message><message/>", Limits).Skip(1))
        {
            run.Take(run.Session.Next(item));
        }

        Assert.Equal(["<a xmlns='urn:xmpp:sm:3' h='2'/>"], run.Receives("<r xmlns='urn:xmpp:sm:3'/>").Sent);
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void Stanzas_must_be_skipped_the_same_however_they_are_split(string content)
    {
        var text = $"{ClientHeader}<iq type='set' id='q1' from='eve@south.example/x'>{content}</iq><iq type='set' id='q2' from='eve@south.example/x'><a/></iq>";
        var whole = Read(text, Limits);
        var parser = new XmlStreamParser(Limits);
        var items = new List<XmlStreamItem>();
        foreach (var single in Encoding.UTF8.GetBytes(text))
        {
            parser.Offer([single]);
            while (parser.Poll() is { } item)
            {
                items.Add(item);
            }
        }

        Assert.Equal(3, items.Count);
        Assert.Equal(whole, items);
    }

    private static IEnumerable<(string Name, Func<string, Outcome> Run)> Runs(XmlLimits? limits = null)
    {
        yield return ("client", text => Client(ClientRun.Ready(), text, limits ?? Limits));
        yield return ("managed client", text => Client(ClientRun.ReadyAndManaged(), text, limits ?? Limits));
        yield return ("component", text => Component(text, limits ?? Limits));
    }

    private static Outcome Client(ClientRun run, string text, XmlLimits limits)
    {
        var outputs = Read(ClientHeader + text, limits).Skip(1).SelectMany(item => run.Take(run.Session.Next(item)).Outputs).ToArray();
        return new Outcome(
            [.. outputs.OfType<StreamOutput.Send>().Select(send => send.Text)],
            [.. outputs.OfType<StreamOutput.Deliver>().Select(deliver => deliver.Stanza)],
            outputs.Any(output => output is StreamOutput.Close));
    }

    private static Outcome Component(string text, XmlLimits limits)
    {
        var session = new ComponentTerms(Jid.Parse("relay.north.example"), "s").Begin("nonce").State
            .Next(new XmlStreamItem.Opened(new XmlElement(Namespaces.Streams, "stream").With("id", "1"))).State
            .Next(new XmlStreamItem.Stanza(new XmlElement(Namespaces.Component, "handshake"))).State;
        var outputs = Read(ComponentHeader + text, limits).Skip(1).SelectMany(item => session.Next(item).Outputs).ToArray();
        return new Outcome(
            [.. outputs.OfType<StreamOutput.Send>().Select(send => send.Text)],
            [.. outputs.OfType<StreamOutput.Deliver>().Select(deliver => deliver.Stanza)],
            outputs.Any(output => output is StreamOutput.Close));
    }

    private static List<XmlStreamItem> Read(string text, XmlLimits limits)
    {
        var parser = new XmlStreamParser(limits);
        parser.Offer(Encoding.UTF8.GetBytes(text));
        var items = new List<XmlStreamItem>();
        while (parser.Poll() is { } item)
        {
            items.Add(item);
        }

        return items;
    }

    private sealed record Outcome(List<string> Sent, List<Iq> Delivered, bool Closed);
}
