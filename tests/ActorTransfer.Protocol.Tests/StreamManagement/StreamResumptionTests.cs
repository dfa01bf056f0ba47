using ActorTransfer.Protocol.StreamManagement;

namespace ActorTransfer.Protocol.Tests.StreamManagement;

/// <summary>What a resumed stream resends, and when a stream cannot be resumed.</summary>
public sealed class StreamResumptionTests : StreamManagerTest
{
    [Fact]
    public void Resumed_stream_must_resend_unacknowledged_stanzas()
    {
        var manager = SendAll(Enabled().Next(Stanza(100)).State, 1, 5).Next(Acknowledgement(2)).State;

        var resume = manager.Resume();
        Assert.Equal(Xml("<resume xmlns='urn:xmpp:sm:3' h='1' previd='a1'/>"), Sent(resume));

        var resumed = resume.State.Next(Xml("<resumed xmlns='urn:xmpp:sm:3' h='4' previd='a1'/>"));
        Assert.Equal([Stanza(5)], Assert.IsType<StreamManagementOutput.Resumed>(Assert.Single(resumed.Outputs)).Resend.AsEnumerable());
        Assert.Equal(1u, resumed.State.Unacknowledged);
        Assert.Equal(0u, resumed.State.Next(Acknowledgement(5)).State.Unacknowledged);
        Assert.True(resumed.State.MayResume);
        Assert.Equal(Xml("<resume xmlns='urn:xmpp:sm:3' h='2' previd='a1'/>"), Sent(resumed.State.Next(Stanza(101)).State.Resume()));
    }

    [Fact]
    public void Resumption_may_be_requested_again_when_the_connection_is_lost_meanwhile()
    {
        var manager = SendAll(Enabled(), 1, 2).Resume().State;

        Assert.Throws<InvalidOperationException>(() => manager.Sent(Stanza(3)));
        var resumed = manager.Resume().State.Next(Xml("<resumed xmlns='urn:xmpp:sm:3' h='0'/>"));
        Assert.Equal(2, Assert.IsType<StreamManagementOutput.Resumed>(Assert.Single(resumed.Outputs)).Resend.Length);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(End)]
    public void Another_process_must_resume_a_stream_on_which_everything_is_acknowledged(uint start)
    {
        var left = SendAll(Enabled(start).Next(Stanza(100)).State, 1, 2);
        Assert.Null(left.Position);
        left = left.Next(Acknowledgement(start + 2)).State;
        Assert.Equal(new StreamPosition("a1", start + 1, start + 2), left.Position);

        var taken = StreamManager.At(left.Position!, capacity: 100);
        Assert.Equal(left.Position, taken.Position);
        Assert.Equal(Xml($"<resume xmlns='urn:xmpp:sm:3' h='{start + 1}' previd='a1'/>"), Sent(taken.Resume()));
        var resumed = taken.Resume().State.Next(Xml($"<resumed xmlns='urn:xmpp:sm:3' h='{start + 2}' previd='a1'/>"));
        Assert.Empty(Assert.IsType<StreamManagementOutput.Resumed>(Assert.Single(resumed.Outputs)).Resend);
        Assert.Equal(0u, SendAll(resumed.State, 3, 3).Next(Acknowledgement(start + 3)).State.Unacknowledged);
    }

    [Fact]
    public void Stream_that_cannot_be_resumed_must_have_no_position() => Assert.Null(Begin().Position);

    [Fact]
    public void Refused_resumption_must_end_the_counting()
    {
        var refused = SendAll(Enabled(), 1, 2).Resume().State
            .Next(Xml($"<failed xmlns='urn:xmpp:sm:3' h='1'><item-not-found xmlns='{Namespaces.StanzaErrors}'/></failed>"));

        Assert.Equal(new StreamManagementOutput.Failed("item-not-found"), Assert.Single(refused.Outputs));
        Assert.False(refused.State.MayResume);
        Assert.Throws<InvalidOperationException>(() => refused.State.Resume());
    }

    [Theory]
    [InlineData("<resumed xmlns='urn:xmpp:sm:3' previd='a1'/>", "bad-format")]
    [InlineData("<resumed xmlns='urn:xmpp:sm:3' h='x'/>", "bad-format")]
    [InlineData("<resumed xmlns='urn:xmpp:sm:3' h='3'/>", "undefined-condition")]
    public void Resumption_without_a_count_must_close_the_stream(string answer, string condition)
    {
        var close = Assert.IsType<StreamManagementOutput.Close>(Assert.Single(SendAll(Enabled(), 1, 2).Resume().State.Next(Xml(answer)).Outputs));
        Assert.NotNull(close.Error.Child(Namespaces.StreamErrors, condition));
    }

    /// <summary>Every start near the end of the counters, every number of stanzas, every acknowledgement in between.</summary>
    [Theory]
    [InlineData(0u)]
    [InlineData(End - 9)]
    [InlineData(End - 4)]
    [InlineData(End - 1)]
    [InlineData(End)]
    public void Counters_must_wrap(uint start)
    {
        for (var count = 0; count <= 9; count++)
        {
            for (var acknowledged = 0; acknowledged <= count; acknowledged++)
            {
                var h = unchecked(start + (uint)acknowledged);
                var manager = SendAll(Enabled(start), 1, count);
                for (var i = 0; i < count; i++)
                {
                    manager = manager.Next(Stanza(i)).State;
                }

                Assert.Equal(Acknowledgement(unchecked(start + (uint)count)), Sent(manager.Next(Request)));
                var resumed = manager.Next(Acknowledgement(h)).State.Resume().State.Next(Xml($"<resumed xmlns='urn:xmpp:sm:3' h='{h}'/>"));
                Assert.Equal(
                    Enumerable.Range(acknowledged + 1, count - acknowledged).Select(Stanza),
                    Assert.IsType<StreamManagementOutput.Resumed>(Assert.Single(resumed.Outputs)).Resend.AsEnumerable());
            }
        }
    }
}
