using ActorTransfer.Protocol.Contacts;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Contacts;

public sealed class OnlineResourcesTests
{
    private static readonly Jid Bo = Jid.Parse("bo@south.example");

    private readonly OnlineResources _online = new(most: 40);

    [Fact]
    public void Resource_must_be_online_from_its_presence_until_it_goes_offline()
    {
        Assert.Equal("bo@south.example/a", $"{Apply("a", "<priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v='/>")?.Jid}");
        Apply("b");
        Assert.Equal([("a", 5, "v="), ("b", 0, null)], Online());

        Apply("a", "", "unavailable");
        Assert.Equal([("b", 0, null)], Online());
    }

    [Fact]
    public void Changed_presence_must_replace_the_previous_one_and_count_as_the_last()
    {
        Apply("a");
        Apply("b");
        Apply("a", "<priority> -3</priority>");
        Apply("a", "<priority>-3</priority>");
        Assert.Equal([("b", 0, null), ("a", -3, null)], Online());
    }

    [Theory]
    [InlineData("unavailable")]
    [InlineData("error")]
    [InlineData("unsubscribed")]
    public void Presence_of_the_account_itself_must_end_all_its_resources(string type)
    {
        Apply("a");
        Apply("b");
        Assert.Null(_online.Apply(XmlElement.Parse($"<presence xmlns='jabber:client' from='bo@south.example' type='{type}'/>")));
        Assert.Empty(Online());
    }

    [Theory]
    [InlineData("<presence xmlns='jabber:client'/>")]
    [InlineData("<presence xmlns='jabber:client' from='bo@south.example'/>")]
    [InlineData("<presence xmlns='jabber:client' from='south.example/x'/>")]
    [InlineData("<presence xmlns='jabber:client' from='@'/>")]
    [InlineData("<presence xmlns='jabber:client' from='@' type='unavailable'/>")]
    [InlineData("<presence xmlns='jabber:client' from='bo@south.example/x' type='subscribe'/>")]
    [InlineData("<presence xmlns='jabber:client' from='bo@south.example/x' type='unavailable'/>")]
    public void Other_presence_must_be_ignored(string presence)
    {
        Assert.Null(_online.Apply(XmlElement.Parse(presence)));
        Assert.Empty(Online());
    }

    [Theory]
    [InlineData("127", 127)]
    [InlineData("-128", -128)]
    [InlineData("128", 0)]
    [InlineData("high", 0)]
    [InlineData("", 0)]
    public void Invalid_priority_must_count_as_none(string text, int priority)
    {
        Apply("a", $"<priority>{text}</priority>");
        Assert.Equal([("a", priority, null)], Online());
    }

    [Fact]
    public void Number_of_resources_must_be_limited_for_each_account_and_in_all()
    {
        for (var i = 0; i < 50; i++)
        {
            Apply($"r{i}");
        }

        Assert.Equal(32, Online().Length);
        for (var i = 0; i < 50; i++)
        {
            _online.Apply(XmlElement.Parse($"<presence xmlns='jabber:client' from='u{i}@south.example/x'/>"));
        }

        Assert.Equal(8, Enumerable.Range(0, 50).Count(i => _online.Of(Jid.Parse($"u{i}@south.example")).Count == 1));
        Apply("r0", "", "unavailable");
        Assert.NotNull(_online.Apply(XmlElement.Parse("<presence xmlns='jabber:client' from='u49@south.example/x'/>")));
    }

    private OnlineResource? Apply(string resource, string children = "", string? type = null) => _online.Apply(XmlElement.Parse(
        $"<presence xmlns='jabber:client' from='bo@south.example/{resource}'{(type is null ? "" : $" type='{type}'")}>{children}</presence>"));

    private (string?, int, string?)[] Online() =>
        [.. _online.Of(Bo).Select(resource => (resource.Jid.Resource, resource.Priority, resource.Capabilities?.Value))];
}
