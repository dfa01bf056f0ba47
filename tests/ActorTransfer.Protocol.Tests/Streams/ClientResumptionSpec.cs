using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Streams;

/// <summary>Stream management in a client's session (XEP-0198).</summary>
public sealed class ClientResumptionSpec
{
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly ManagementTerms Terms = new(4, TimeSpan.FromSeconds(60));

    [Fact]
    public void Management_must_begin_between_binding_and_presence()
    {
        var run = ClientRun.LoggedIn(ClientRun.Terms with { Management = Terms }).Features(ClientRun.Bind + ClientRun.Managed).Bound();
        Assert.Equal(["<enable xmlns='urn:xmpp:sm:3' resume='true' max='60'/>"], run.Sent);
        run.Receives("<enabled xmlns='urn:xmpp:sm:3' id='prev-1' resume='true'/>");
        Assert.StartsWith("<presence>", Assert.Single(run.Sent), StringComparison.Ordinal);
        Assert.Equal(new StreamOutput.Ready(Ada, Resumed: false), run.Outputs[^1]);
        Assert.Equal(Ada, run.Session.Resumable?.Self);
    }

    [Fact]
    public void Client_must_work_without_management()
    {
        var refused = ClientRun.LoggedIn(ClientRun.Terms with { Management = Terms }).Features(ClientRun.Bind + ClientRun.Managed).Bound()
            .Receives("<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
        var unknown = ClientRun.LoggedIn(ClientRun.Terms with { Management = Terms }).Features(ClientRun.Bind).Bound();
        Assert.All([refused, unknown], run =>
        {
            Assert.Equal(new StreamOutput.Ready(Ada, Resumed: false), run.Outputs[^1]);
            Assert.Null(run.Session.Resumable);
        });
    }

    [Fact]
    public void Received_stanzas_must_be_acknowledged_on_request()
    {
        var run = ClientRun.ReadyAndManaged();
        run.Receives("<presence xmlns='jabber:client' from='a@b/c'/>");
        run.Receives("<message xmlns='jabber:client' from='a@b/c'/>");
        run.Receives("<iq xmlns='jabber:client' type='get' id='1' from='a@b/c'><x xmlns='y'/></iq>");
        Assert.Equal(["<a xmlns='urn:xmpp:sm:3' h='3'/>"], run.Receives("<r xmlns='urn:xmpp:sm:3'/>").Sent);
    }

    [Fact]
    public void Timer_must_request_missing_acknowledgements()
    {
        var run = ClientRun.ReadyAndManaged();
        Assert.Equal(["<r xmlns='urn:xmpp:sm:3'/>"], run.Take(run.Session.Remind()).Sent);
        run.Receives("<a xmlns='urn:xmpp:sm:3' h='1'/>");
        Assert.Empty(run.Take(run.Session.Remind()).Sent);
    }

    [Fact]
    public void Session_must_resume_over_another_connection_with_unacknowledged_stanzas()
    {
        var before = Spoken("1", "2", "3");
        before.Receives("<a xmlns='urn:xmpp:sm:3' h='2'/>");
        before.Receives("<message xmlns='jabber:client' from='a@b/c'/>");

        var after = ClientRun.LoggedIn(resume: before.Session.Resumable).Features(ClientRun.Bind + ClientRun.Managed);
        Assert.Equal(["<resume xmlns='urn:xmpp:sm:3' h='1' previd='prev-1'/>"], after.Sent);
        after.Receives("<resumed xmlns='urn:xmpp:sm:3' h='3' previd='prev-1'/>");
        Assert.Equal(
            [new StreamOutput.Send("<iq type='get' id='3' to='bo@south.example/Phone'><ping xmlns='urn:xmpp:ping'/></iq>"),
                new StreamOutput.Ready(Ada, Resumed: true)],
            after.Outputs);
    }

    /// <summary>The server sends them again to the connection that resumes the session.</summary>
    [Fact]
    public void Frozen_session_must_neither_handle_nor_count_stanzas()
    {
        var run = ClientRun.ReadyAndManaged();
        run.Receives("<message xmlns='jabber:client' from='a@b/c'/>");
        Assert.Equal(["<r xmlns='urn:xmpp:sm:3'/>"], run.Take(run.Session.Freeze()).Sent);
        Assert.Empty(run.Receives("<message xmlns='jabber:client' from='a@b/c'/>").Outputs);
        Assert.Empty(run.Take(run.Session.Next(new XmlStreamItem.Skipped(
            XmlElement.Parse("<iq xmlns='jabber:client' type='get' id='1' from='a@b/c'/>"), "too-large", "it is too large"))).Outputs);
        Assert.Null(run.Session.Resumable?.Manager.Position);
        run.Receives("<a xmlns='urn:xmpp:sm:3' h='1'/>");
        Assert.Equal(new StreamPosition("prev-1", Received: 1, Sent: 1), run.Session.Resumable?.Manager.Position);
        Assert.NotEmpty(run.Receives("<stream:error xmlns:stream='http://etherx.jabber.org/streams'/>").Outputs);
    }

    /// <summary>Its version may be another one.</summary>
    [Fact]
    public void Session_of_another_process_must_announce_what_this_one_supports()
    {
        var session = new ResumableSession(Ada, StreamManager.At(new StreamPosition("prev-1", 7, 5), 4)) { IsTakenOver = true };
        var run = ClientRun.LoggedIn(resume: session).Features(ClientRun.Bind + ClientRun.Managed);
        Assert.Equal(["<resume xmlns='urn:xmpp:sm:3' h='7' previd='prev-1'/>"], run.Sent);
        run.Receives("<resumed xmlns='urn:xmpp:sm:3' h='5' previd='prev-1'/>");
        Assert.StartsWith("<presence>", Assert.Single(run.Sent), StringComparison.Ordinal);
        Assert.Equal(new StreamOutput.Ready(Ada, Resumed: true), run.Outputs[^1]);
        run.Receives("<a xmlns='urn:xmpp:sm:3' h='6'/>");
        Assert.Equal(new StreamPosition("prev-1", 7, 6), run.Session.Resumable?.Manager.Position);
    }

    [Fact]
    public void Session_that_the_server_dropped_must_be_replaced_by_a_new_one()
    {
        var after = ClientRun.LoggedIn(ClientRun.Terms with { Management = Terms }, Spoken("1").Session.Resumable).Features(ClientRun.Bind + ClientRun.Managed)
            .Receives("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
        Assert.Contains("<resource>desk</resource>", Assert.Single(after.Sent), StringComparison.Ordinal);
        after.Bound().Receives("<enabled xmlns='urn:xmpp:sm:3' id='prev-2' resume='true'/>");
        Assert.Equal(new StreamOutput.Ready(Ada, Resumed: false), after.Outputs[^1]);
        Assert.DoesNotContain(after.Sent, text => text.Contains("ping", StringComparison.Ordinal));
    }

    [Fact]
    public void Session_must_stay_resumable_when_the_next_connection_fails()
    {
        var resumable = Spoken("1").Session.Resumable;
        Assert.Equal(resumable, ClientRun.LoggedIn(resume: resumable).Session.Resumable);
        Assert.NotNull(ClientRun.LoggedIn(resume: resumable).Features(ClientRun.Bind + ClientRun.Managed).Session.Resumable);
    }

    [Fact]
    public void Session_must_be_full_when_another_stanza_would_prevent_its_resumption()
    {
        Assert.False(Spoken("1", "2").Session.IsFull);
        var run = Spoken("1", "2", "3");
        Assert.True(run.Session.IsFull);
        Assert.False(run.Receives("<a xmlns='urn:xmpp:sm:3' h='1'/>").Session.IsFull);
    }

    [Fact]
    public void Session_without_resumption_must_continue_and_never_be_full()
    {
        var run = Spoken("1", "2", "3");
        run.Take(run.Session.GiveUpResumption());
        Assert.Equal((false, false, StreamPhase.Ready), (run.Session.IsFull, run.Session.MayResume, run.Session.Phase));
        Assert.Null(run.Session.Resumable);
        run.Take(run.Session.Say(Iq.Get("4", Jid.Parse("bo@south.example/Phone"), Ping.Query).ToXml()));
        Assert.Contains("id='4'", Assert.Single(run.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_that_acknowledges_too_many_stanzas_must_end_the_stream()
    {
        var run = ClientRun.ReadyAndManaged().Receives("<a xmlns='urn:xmpp:sm:3' h='9'/>");
        Assert.Contains("handled-count-too-high", Assert.Single(run.Sent), StringComparison.Ordinal);
        Assert.False(run.Closed.ForGood);
        Assert.Null(run.Session.Resumable);
    }

    private static ClientRun Spoken(params string[] ids)
    {
        var run = ClientRun.ReadyAndManaged();
        foreach (var id in ids)
        {
            run.Take(run.Session.Say(Iq.Get(id, Jid.Parse("bo@south.example/Phone"), Ping.Query).ToXml()));
        }

        return run;
    }
}
