using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.StreamManagement;

public sealed class SentStanzasTests
{
    [Fact]
    public void Sent_stanzas_must_be_kept_until_they_are_acknowledged()
    {
        var sent = Add(SentStanzas.None(capacity: 10, start: 0), 3);
        Assert.True(sent.TryAcknowledge(2, out sent));
        Assert.Equal(1u, sent.Unacknowledged);
        Assert.Equal(["3"], sent.Kept!.Select(stanza => stanza["id"]));
    }

    [Fact]
    public void Sent_stanzas_must_reject_an_acknowledgement_of_more_than_were_sent()
    {
        var sent = Add(SentStanzas.None(capacity: 10, start: 0), 3);
        Assert.False(sent.TryAcknowledge(4, out var rest));
        Assert.Equal(sent, rest);
    }

    [Fact]
    public void Sent_stanzas_must_be_acknowledged_when_the_counter_wraps()
    {
        var sent = Add(SentStanzas.None(capacity: 10, start: uint.MaxValue), 3);
        Assert.True(sent.TryAcknowledge(1, out sent));
        Assert.Equal(1u, sent.Unacknowledged);
    }

    [Fact]
    public void Sent_stanzas_must_be_dropped_when_the_spare_is_used_up()
    {
        var sent = Add(SentStanzas.None(capacity: 1, start: 0), 1 + SentStanzas.Spare);
        Assert.True(sent.IsFull);
        Assert.NotNull(sent.Kept);
        Assert.Null(Add(sent, 1).Kept);
    }

    private static SentStanzas Add(SentStanzas sent, int count)
    {
        for (var number = 1; number <= count; number++)
        {
            sent = sent.Add(new XmlElement(Namespaces.Client, "message").With("id", $"{number}"));
        }

        return sent;
    }
}
