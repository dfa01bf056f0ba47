using ActorTransfer.Protocol.Contacts;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Contacts;

public sealed class ResourceSearchTests
{
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid Bo = Jid.Parse("bo@south.example");
    private static readonly DiscoInfo Files = new([], [Namespaces.FileTransferProfile]);
    private static readonly DiscoInfo Initiation = new([], [Namespaces.StreamInitiation]);
    private static readonly DiscoInfo Chat = new([], ["urn:xmpp:jingle:1"]);

    private static readonly DiscoInfo Jingle = new([], [Namespaces.Jingle, Namespaces.JingleFileTransfer, Namespaces.JingleBytestreams]);

    private ResourceSearch _search = null!;
    private ResourceSearchOutput[] _outputs = [];

    [Fact]
    public void Only_resource_that_supports_file_transfer_must_be_chosen()
    {
        Begin(Online("chat", 50), Online("files"));
        Asks("chat", "files");
        Answer("chat", Chat);
        Assert.Empty(_outputs);
        Answer("files", Files);
        Finds("files");
    }

    [Fact]
    public void Highest_priority_must_be_chosen_and_among_equals_the_last()
    {
        Begin(Online("low", 1), Online("high", 5), Online("last", 5), Online("negative", -1));
        Answer("low", Files);
        Answer("negative", Files);
        Assert.Empty(_outputs);
        Answer("high", Initiation);
        Finds("high");

        Begin(Online("low", 1), Online("high", 5), Online("last", 5));
        Answer("last", Files);
        Finds("last");
    }

    [Fact]
    public void Resource_with_known_capabilities_must_not_be_asked()
    {
        Begin(Online("a", info: Files));
        Finds("a");
    }

    [Theory]
    [InlineData(Signalling.Auto, "jingle")]
    [InlineData(Signalling.Jingle, "jingle")]
    [InlineData(Signalling.StreamInitiation, "files")]
    public void Resource_must_support_the_signalling(Signalling signalling, string resource)
    {
        Begin(signalling, Online("jingle", 5, Jingle), Online("files", 1, Files));
        Finds(resource);
    }

    [Fact]
    public void Features_of_the_resource_must_be_part_of_the_result()
    {
        Begin(Online("a"));
        Answer("a", Files);
        Assert.Equal(Files.Features, Assert.IsType<ResourceSearchOutput.Finish>(Assert.Single(_outputs)).Info?.Features);
    }

    [Fact]
    public void Resource_that_does_not_answer_must_be_the_last_choice()
    {
        Begin(Online("silent", 9), Online("files"));
        Answer("files", Files);
        Assert.Empty(_outputs);
        Next(new ResourceSearchInput.InfoAnswered(At("silent"), new Answer.None(NoAnswer.Timeout)));
        Finds("files");

        Begin(Online("silent"), Online("chat"));
        Next(new ResourceSearchInput.InfoAnswered(At("silent"), new Answer.None(NoAnswer.Timeout)));
        Answer("chat", Chat);
        Finds("silent");
    }

    [Fact]
    public void Resource_that_comes_online_during_the_search_must_be_considered()
    {
        Begin();
        Assert.IsType<ResourceSearchOutput.AskRoster>(Assert.Single(_outputs));
        Roster("<item jid='bo@south.example' subscription='both'/>");
        Assert.Empty(_outputs);
        Next(Online("late"));
        Asks("late");
        Answer("late", Files);
        Finds("late");
        Next(Online("later"));
        Assert.Empty(_outputs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<item jid='bo@south.example' subscription='none'/>")]
    [InlineData("<item jid='bo@south.example' subscription='from'/>")]
    [InlineData("<item jid='bo@south.example'/>")]
    [InlineData("<item jid='other@south.example' subscription='both'/><item jid='@'/>")]
    public void Account_without_subscription_must_end_the_search_at_once(string items)
    {
        Begin();
        Roster(items);
        Fails(FailureReason.PeerOffline, "ada@north.example is not subscribed to the presence of bo@south.example");
    }

    [Theory]
    [InlineData("to")]
    [InlineData("both")]
    public void Contact_that_is_not_online_must_be_awaited_until_the_timeout(string subscription)
    {
        Begin();
        Roster($"<item jid='bo@south.example' subscription='{subscription}'/>");
        Assert.Empty(_outputs);
        Next(new ResourceSearchInput.PresenceTimedOut());
        Fails(FailureReason.PeerOffline, "bo@south.example is not online");
    }

    [Fact]
    public void Search_must_not_end_before_the_contact_list_has_arrived()
    {
        Begin();
        Next(new ResourceSearchInput.PresenceTimedOut());
        Assert.Empty(_outputs);
        Next(new ResourceSearchInput.RosterAnswered(new Answer.Error(StanzaError.ServiceUnavailable)));
        Fails(FailureReason.PeerOffline, "bo@south.example is not online");
    }

    [Fact]
    public void Resources_without_file_transfer_must_be_named()
    {
        Begin(Online("Gajim"), Online("Dino"));
        Answer("Gajim", Chat);
        Next(new ResourceSearchInput.InfoAnswered(At("Dino"), new Answer.Error(StanzaError.ServiceUnavailable)));
        Assert.Empty(_outputs);
        Next(new ResourceSearchInput.PresenceTimedOut());
        Fails(FailureReason.NotSupported, "online with Gajim, Dino");
    }

    [Fact]
    public void Other_resources_of_the_own_account_must_need_no_subscription()
    {
        (_search, var outputs) = ResourceSearch.Begin(Ada, Ada.Bare, Signalling.Auto, [new(new OnlineResource(Ada, 0, null))]);
        Assert.Empty(outputs);
        Next(new ResourceSearchInput.Appeared(new OnlineResource(Jid.Parse("ada@north.example/phone"), 0, null), Files));
        Assert.Equal(Jid.Parse("ada@north.example/phone"), Assert.IsType<ResourceSearchOutput.Finish>(Assert.Single(_outputs)).Resource);
    }

    [Fact]
    public void Component_must_be_told_that_it_needs_a_full_JID()
    {
        (_search, var outputs) = ResourceSearch.Begin(Jid.Parse("files.north.example"), Bo, Signalling.Auto, []);
        _outputs = [.. outputs];
        Fails(FailureReason.PeerOffline, "Give a full JID such as bo@south.example/home");
    }

    [Fact]
    public void Number_of_requests_must_be_limited()
    {
        Begin([.. Enumerable.Range(0, 30).Select(i => Online($"r{i}"))]);
        Assert.Equal(10, _outputs.Length);
        Next(Online("more"));
        Assert.Empty(_outputs);
    }

    private static Jid At(string resource) => Bo.WithResource(resource);

    private static ResourceSearchInput.Appeared Online(string resource, int priority = 0, DiscoInfo? info = null) =>
        new(new OnlineResource(At(resource), priority, null), info);

    private void Begin(params ResourceSearchInput.Appeared[] online) => Begin(Signalling.Auto, online);

    private void Begin(Signalling signalling, params ResourceSearchInput.Appeared[] online)
    {
        (_search, var outputs) = ResourceSearch.Begin(Ada, Bo, signalling, online);
        _outputs = [.. outputs];
    }

    private void Next(ResourceSearchInput input)
    {
        (_search, var outputs) = _search.Next(input);
        _outputs = [.. outputs];
    }

    private void Answer(string resource, DiscoInfo info) =>
        Next(new ResourceSearchInput.InfoAnswered(At(resource), new Answer.Result(info.ToXml())));

    private void Roster(string items) => Next(new ResourceSearchInput.RosterAnswered(
        new Answer.Result(XmlElement.Parse($"<query xmlns='jabber:iq:roster'>{items}</query>"))));

    private void Asks(params string[] resources) =>
        Assert.Equal(resources.Select(resource => new ResourceSearchOutput.AskInfo(At(resource))), _outputs);

    private void Finds(string resource)
    {
        var finish = Assert.IsType<ResourceSearchOutput.Finish>(Assert.Single(_outputs));
        Assert.Equal(At(resource), finish.Resource);
        Assert.True(_search.IsOver);
    }

    private void Fails(FailureReason reason, string words)
    {
        var finish = Assert.IsType<ResourceSearchOutput.Finish>(Assert.Single(_outputs));
        Assert.Equal((null, reason), (finish.Resource, finish.Reason));
        Assert.Contains(words, finish.Detail, StringComparison.Ordinal);
    }
}
