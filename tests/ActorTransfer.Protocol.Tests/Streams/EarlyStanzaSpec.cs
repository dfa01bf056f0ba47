using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Protocol.Tests.Streams;

/// <summary>Requests that arrive between resource binding and the established session: peers cannot know the difference.</summary>
public sealed class EarlyStanzaSpec
{
    private const string Session = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>";
    private const string Enabled = "<enabled xmlns='urn:xmpp:sm:3' id='prev-1' resume='true'/>";

    private static readonly ManagementTerms Terms = new(64, TimeSpan.FromSeconds(60));

    [Fact]
    public void Request_before_management_is_enabled_must_be_delivered_once_the_session_is_ready_and_not_be_counted()
    {
        var run = Managed();
        Assert.Empty(run.Receives(Ping("early")).Outputs);
        run.Receives(Enabled);
        Assert.Equal(["early"], Delivered(run));
        Assert.True(Index<StreamOutput.Ready>(run) < Index<StreamOutput.Deliver>(run));
        Assert.Equal(["<a xmlns='urn:xmpp:sm:3' h='0'/>"], run.Receives("<r xmlns='urn:xmpp:sm:3'/>").Sent);
    }

    [Fact]
    public void Request_before_management_is_refused_must_be_delivered_too()
    {
        var run = Managed();
        run.Receives(Ping("early"));
        Assert.Equal(["early"], Delivered(run.Receives("<failed xmlns='urn:xmpp:sm:3'/>")));
    }

    [Fact]
    public void Request_before_the_session_is_established_must_be_delivered_after_it()
    {
        var run = ClientRun.LoggedIn().Features(ClientRun.Bind + Session).Bound();
        Assert.Empty(run.Receives(Ping("early")).Outputs);
        Assert.Equal(["early"], Delivered(run.Receives("<iq xmlns='jabber:client' type='result' id='session'/>")));
    }

    [Fact]
    public void Request_before_the_resource_is_bound_must_be_delivered_after_it()
    {
        var run = ClientRun.LoggedIn().Features(ClientRun.Bind);
        Assert.Empty(run.Receives(Ping("bind")).Outputs);
        Assert.Equal(["bind"], Delivered(run.Bound()));
    }

    [Theory]
    [InlineData("<resumed xmlns='urn:xmpp:sm:3' previd='prev-1' h='1'/>")]
    [InlineData("<failed xmlns='urn:xmpp:sm:3'/>")]
    public void Request_before_the_result_of_a_resumption_must_be_delivered_in_any_case(string answer)
    {
        var before = ClientRun.ReadyAndManaged().Session.Resumable;
        var run = ClientRun.LoggedIn(ClientRun.Terms with { Management = Terms }, before).Features(ClientRun.Bind + ClientRun.Managed);
        Assert.Empty(run.Receives(Ping("early")).Outputs);
        run.Receives(answer);
        Assert.Equal(["early"], Delivered(run.Session.Phase == StreamPhase.Bind ? run.Bound().Receives(Enabled) : run));
    }

    [Fact]
    public void Malformed_request_must_be_refused_once_the_session_is_ready()
    {
        var run = Managed();
        run.Receives("<iq xmlns='jabber:client' type='get' id='odd' from='bo@south.example/x'/>").Receives(Enabled);
        Assert.Contains(run.Sent, sent => sent.Contains("id='odd'", StringComparison.Ordinal) && sent.Contains("bad-request", StringComparison.Ordinal));
    }

    [Fact]
    public void Requests_must_be_held_up_to_a_limit_and_refused_beyond_it()
    {
        var run = Managed();
        for (var i = 0; i < 64; i++)
        {
            Assert.Empty(run.Receives(Ping($"p{i}")).Outputs);
        }

        Assert.Contains("resource-constraint", Assert.Single(run.Receives(Ping("p64")).Sent), StringComparison.Ordinal);
        Assert.Empty(run.Receives("<message xmlns='jabber:client' from='bo@south.example/x'/>").Outputs);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => $"p{i}"), Delivered(run.Receives(Enabled)));
        Assert.Equal(StreamPhase.Ready, run.Session.Phase);
    }

    [Theory]
    [InlineData("<iq xmlns='jabber:client' type='error' id='session' from='eve@south.example/x'/>")]
    [InlineData("<iq xmlns='jabber:client' type='result' id='session' from='eve@south.example/x'/>")]
    [InlineData("<iq xmlns='jabber:client' type='set' id='session' from='north.example'><x xmlns='y'/></iq>")]
    public void Other_entity_must_not_respond_for_the_server(string stanza)
    {
        var run = ClientRun.LoggedIn().Features(ClientRun.Bind + Session).Bound().Receives(stanza);
        Assert.Equal(StreamPhase.Session, run.Session.Phase);
        run.Receives("<iq xmlns='jabber:client' type='result' id='session' from='north.example'/>");
        Assert.Equal(StreamPhase.Ready, run.Session.Phase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("to='ada@north.example/desk'")]
    public void Request_without_an_addressee_must_be_for_this_client(string to)
    {
        var run = ClientRun.Ready().Receives($"<iq xmlns='jabber:client' type='set' id='1' from='bo@south.example/x' {to}><si xmlns='u'/></iq>");
        Assert.Equal(Jid.Parse("ada@north.example/desk"), Assert.Single(run.Outputs.OfType<StreamOutput.Deliver>()).Stanza.To);
    }

    private static ClientRun Managed() =>
        ClientRun.LoggedIn(ClientRun.Terms with { Management = Terms }).Features(ClientRun.Bind + ClientRun.Managed).Bound();

    private static string Ping(string id) =>
        $"<iq xmlns='jabber:client' type='get' id='{id}' from='bo@south.example/x' to='ada@north.example/desk'><ping xmlns='urn:xmpp:ping'/></iq>";

    private static IEnumerable<string> Delivered(ClientRun run) => run.Outputs.OfType<StreamOutput.Deliver>().Select(deliver => deliver.Stanza.Id);

    private static int Index<T>(ClientRun run) => run.Outputs.Select((output, index) => (output, index)).First(pair => pair.output is T).index;
}
