using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.StreamManagement;

public sealed class StreamManagerTests : StreamManagerTest
{
    [Fact]
    public void Manager_must_request_a_resumable_stream()
    {
        var begun = StreamManager.Begin(100, TimeSpan.FromMinutes(5));

        Assert.Equal(Xml("<enable xmlns='urn:xmpp:sm:3' resume='true' max='300'/>"), Sent(begun));
        Assert.False(begun.State.MayResume);
    }

    [Theory]
    [InlineData("id='a1' resume='true' max='120' location='north.example:5299'", true, 120, "north.example:5299")]
    [InlineData("id='a1' resume='1'", true, null, null)]
    [InlineData("id='a1' resume='true' max='soon' location=''", true, null, null)]
    [InlineData("id='a1' resume='true' max='0'", true, null, null)]
    [InlineData("id='a1' resume='true' max='-5'", true, null, null)]
    [InlineData("id='' resume='true'", false, null, null)]
    [InlineData("resume='true'", false, null, null)]
    [InlineData("id='a1'", false, null, null)]
    [InlineData("", false, null, null)]
    public void Manager_must_read_the_resumption_terms_of_the_server(string attributes, bool mayResume, int? max, string? location)
    {
        var step = Begin().Next(Xml($"<enabled xmlns='urn:xmpp:sm:3' {attributes}/>"));

        var enabled = Assert.IsType<StreamManagementOutput.Enabled>(Assert.Single(step.Outputs));
        Assert.Equal(new(mayResume, max is { } seconds ? TimeSpan.FromSeconds(seconds) : null, location), enabled);
        Assert.Equal(mayResume, step.State.MayResume);
    }

    [Fact]
    public void Manager_must_stop_when_the_server_refuses()
    {
        var step = Begin().Next(Xml($"<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='{Namespaces.StanzaErrors}'/></failed>"));
        Assert.Equal(new StreamManagementOutput.Failed("unexpected-request"), Assert.Single(step.Outputs));

        var manager = step.State;
        for (var i = 0; i < 20; i++)
        {
            var sent = manager.Sent(Stanza(i));
            Assert.Empty(sent.Outputs);
            manager = sent.State;
        }

        Assert.Empty(manager.Next(Request).Outputs);
        Assert.Empty(manager.Remind().Outputs);
        Assert.False(manager.MayResume);
        Assert.Equal(
            new StreamManagementOutput.Failed("undefined-condition"),
            Assert.Single(Begin().Next(Xml("<failed xmlns='urn:xmpp:sm:3'/>")).Outputs));
    }

    /// <summary>Only stanzas count (XEP-0198 §4), from the moment the server enabled management.</summary>
    [Theory]
    [InlineData("<iq xmlns='jabber:client'/>", true)]
    [InlineData("<message xmlns='jabber:client'/>", true)]
    [InlineData("<presence xmlns='jabber:client'/>", true)]
    [InlineData("<iq xmlns='jabber:server'/>", false)]
    [InlineData("<query xmlns='jabber:client'/>", false)]
    [InlineData("<features xmlns='http://etherx.jabber.org/streams'/>", false)]
    [InlineData("<r xmlns='urn:xmpp:sm:3'/>", false)]
    [InlineData("<a xmlns='urn:xmpp:sm:3' h='0'/>", false)]
    public void Manager_must_count_stanzas_only(string element, bool counts)
    {
        Assert.Equal(counts ? 1u : 0u, Enabled().Next(Xml(element)).State.Received);
        Assert.Equal(0u, Begin().Next(Xml(element)).State.Received);
    }

    [Fact]
    public void Manager_must_acknowledge_received_stanzas()
    {
        var manager = Enabled();
        for (var i = 0; i < 3; i++)
        {
            manager = manager.Next(Stanza(i)).State;
        }

        Assert.Equal(Acknowledgement(3), Sent(manager.Next(Request)));
    }

    [Fact]
    public void Manager_must_request_an_acknowledgement_after_every_eighth_stanza()
    {
        var manager = Enabled();
        var requested = new List<int>();
        for (var i = 1; i <= 24; i++)
        {
            var step = manager.Sent(Stanza(i));
            if (!step.Outputs.IsEmpty)
            {
                Assert.Equal(Request, Sent(step));
                requested.Add(i);
            }

            manager = step.State;
        }

        Assert.Equal([8, 16, 24], requested);
    }

    [Fact]
    public void Manager_must_not_request_acknowledgements_before_it_is_enabled_but_count()
    {
        var manager = Begin();
        for (var i = 0; i < 10; i++)
        {
            var sent = manager.Sent(Stanza(i));
            Assert.Empty(sent.Outputs);
            manager = sent.State;
        }

        var enabled = manager.Next(On);
        Assert.Equal(2, enabled.Outputs.Length);
        Assert.Equal(new StreamManagementOutput.Send(Request), enabled.Outputs[1]);
        Assert.Equal(10u, enabled.State.Unacknowledged);
        Assert.Equal(3u, enabled.State.Next(Acknowledgement(7)).State.Unacknowledged);
    }

    [Fact]
    public void Reminder_must_request_only_missing_acknowledgements()
    {
        var manager = Enabled();
        Assert.Empty(manager.Remind().Outputs);

        manager = manager.Sent(Stanza(1)).State;
        Assert.Equal(Request, Sent(manager.Remind()));
        Assert.Empty(manager.Next(Acknowledgement(1)).State.Remind().Outputs);
    }

    [Theory]
    [InlineData(0u, 3u)]
    [InlineData(2u, 0u)]
    [InlineData(End, 5u)]
    [InlineData(End - 2, 1u)]
    public void Server_that_acknowledges_too_much_must_end_the_stream(uint start, uint h)
    {
        // Two stanzas are sent and one is acknowledged.
        var manager = SendAll(Enabled(start), 1, 2).Next(Acknowledgement(unchecked(start + 1))).State;
        var step = manager.Next(Acknowledgement(h));

        var close = Assert.IsType<StreamManagementOutput.Close>(Assert.Single(step.Outputs));
        Assert.Equal(
            XmlStreamWriter.StreamError("undefined-condition", null)
                .Add(Xml($"<handled-count-too-high xmlns='urn:xmpp:sm:3' h='{h}' send-count='{unchecked(start + 2)}'/>")),
            close.Error);
        Assert.False(step.State.MayResume);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h=''")]
    [InlineData("h='-1'")]
    [InlineData("h='4294967296'")]
    [InlineData("h='two'")]
    public void Acknowledgement_without_a_number_must_be_ignored(string attributes)
    {
        var step = SendAll(Enabled(), 1, 2).Next(Xml($"<a xmlns='urn:xmpp:sm:3' {attributes}/>"));

        Assert.Empty(step.Outputs);
        Assert.Equal(2u, step.State.Unacknowledged);
    }

    [Fact]
    public void Manager_must_be_full_at_its_capacity_until_the_server_acknowledges()
    {
        var manager = SendAll(Enabled(capacity: 4), 1, 3);
        Assert.False(manager.IsFull);
        manager = SendAll(manager, 4, 4);
        Assert.True(manager.IsFull);
        Assert.False(manager.Next(Acknowledgement(1)).State.IsFull);
        var given = manager.GiveUpResumption();
        Assert.Equal((false, false), (given.IsFull, given.MayResume));
        Assert.Equal(4u, given.Unacknowledged);
        Assert.False(SendAll(Begin(capacity: 4).Next(Xml("<enabled xmlns='urn:xmpp:sm:3'/>")).State, 1, 4).IsFull);
    }

    [Fact]
    public void Server_that_acknowledges_nothing_must_not_grow_the_queue_without_limit()
    {
        var manager = SendAll(Enabled(capacity: 4), 1, 4);
        Assert.True(manager.MayResume);
        manager = SendAll(manager, 5, 4 + SentStanzas.Spare);
        Assert.True(manager.MayResume);
        manager = SendAll(Enabled(capacity: 4), 1, 4);

        manager = SendAll(manager, 5, 1004);
        Assert.False(manager.MayResume);
        Assert.Throws<InvalidOperationException>(() => manager.Resume());
        Assert.Equal(1u, manager.Next(Acknowledgement(1003)).State.Unacknowledged);
        Assert.Equal(Acknowledgement(1), Sent(manager.Next(Stanza(1)).State.Next(Request)));
        Assert.IsType<StreamManagementOutput.Close>(Assert.Single(manager.Next(Acknowledgement(1005)).Outputs));
    }

    [Fact]
    public void Manager_must_ignore_elements_in_the_wrong_phase()
    {
        var manager = Enabled();
        foreach (var xml in new[] { "enabled id='b'", "resumed h='0'", "failed", "enable", "resume", "unknown" })
        {
            var step = manager.Next(Xml($"<{xml} xmlns='urn:xmpp:sm:3'/>"));
            Assert.Empty(step.Outputs);
            Assert.Equal(manager, step.State);
        }

        Assert.Empty(Begin().Next(Request).Outputs);
        Assert.Empty(Begin().Next(Acknowledgement(7)).Outputs);
    }

    [Theory]
    [InlineData("<sm xmlns='urn:xmpp:sm:3'/>", true)]
    [InlineData("<sm xmlns='urn:xmpp:sm:2'/>", false)]
    [InlineData("", false)]
    public void Offer_must_be_read_from_the_features(string feature, bool isOffered)
    {
        Assert.Equal(isOffered, StreamManager.IsOffered(Xml($"<features xmlns='{Namespaces.Streams}'>{feature}</features>")));
    }
}
