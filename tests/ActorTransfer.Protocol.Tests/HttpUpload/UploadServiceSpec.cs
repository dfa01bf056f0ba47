using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.HttpUpload;

/// <summary>The upload service and its limit, and the search for it (XEP-0363 §4).</summary>
public sealed class UploadServiceSpec
{
    private static readonly Jid Server = Jid.Parse("north.example");
    private static readonly Jid Upload = Jid.Parse("upload.north.example");
    private static readonly Jid Proxy = Jid.Parse("proxy.north.example");

    [Theory]
    [InlineData("<value>5242880</value>", 5242880L)]
    [InlineData("<value> 5242880 </value>", 5242880L)]
    [InlineData("<value>-1</value>", null)]
    [InlineData("<value>99999999999999999999</value>", null)]
    [InlineData("<value>much</value>", null)]
    [InlineData("", null)]
    public void Limit_must_be_read_from_the_form(string value, long? limit) =>
        Assert.Equal(new UploadService(Upload, limit), UploadService.Read(Upload, Info($"<field var='max-file-size'>{value}</field>")));

    [Fact]
    public void Form_of_another_kind_must_not_count()
    {
        var info = XmlElement.Parse(
            $"""
            <query xmlns='{Namespaces.DiscoInfo}'><feature var='{Namespaces.HttpUpload}'/><x xmlns='jabber:x:data' type='result'>
            <field var='FORM_TYPE' type='hidden'><value>urn:other</value></field><field var='max-file-size'><value>1</value></field></x></query>
            """);
        Assert.Equal(new UploadService(Upload, null), UploadService.Read(Upload, info));
    }

    [Fact]
    public void Service_without_the_feature_must_be_none() =>
        Assert.Null(UploadService.Read(Upload, XmlElement.Parse($"<query xmlns='{Namespaces.DiscoInfo}'><identity category='store' type='file'/></query>")));

    [Fact]
    public void Search_must_ask_the_server_and_its_items_and_end_with_the_first_that_has_the_feature()
    {
        var begun = UploadDiscovery.Begin(Server);
        Assert.Equal([new(Server, true), new(Server, false)], begun.Outputs.ToArray());

        var items = begun.State.Next(new(Server, true), new Answer.Result(new DiscoItems([new(Proxy), new(Upload), new(Upload, "node"), new(Upload)]).ToXml()));
        Assert.Equal([new(Proxy, false), new(Upload, false)], items.Outputs.ToArray());

        var found = items.State.Next(new(Upload, false), new Answer.Result(Info("<field var='max-file-size'><value>10</value></field>")));
        Assert.True(found.State.IsOver);
        Assert.Equal(new UploadService(Upload, 10), found.State.Found);
        Assert.Empty(found.State.Next(new(Proxy, false), new Answer.Result(Info(""))).Outputs);
    }

    [Fact]
    public void Search_must_end_without_a_result_when_none_has_it()
    {
        var state = UploadDiscovery.Begin(Server).State
            .Next(new(Server, true), new Answer.Result(new DiscoItems([new(Proxy)]).ToXml())).State
            .Next(new(Server, false), new Answer.Error(StanzaError.ServiceUnavailable)).State;
        Assert.False(state.IsOver);

        state = state.Next(new(Proxy, false), new Answer.None(NoAnswer.Timeout)).State;

        Assert.True(state is { IsOver: true, Found: null, Loss: null });
    }

    [Fact]
    public void Search_without_the_list_of_items_must_report_why()
    {
        var state = UploadDiscovery.Begin(Server).State
            .Next(new(Server, true), new Answer.None(NoAnswer.LinkLost)).State
            .Next(new(Server, false), new Answer.None(NoAnswer.LinkLost)).State;
        Assert.True(state is { IsOver: true, Found: null, Loss: NoAnswer.LinkLost });
    }

    [Fact]
    public void Server_with_thousands_of_items_must_not_cause_thousands_of_requests()
    {
        var many = new DiscoItems([.. Enumerable.Range(0, 5000).Select(n => new DiscoItem(Jid.Parse($"s{n}.north.example")))]);
        var step = UploadDiscovery.Begin(Server).State.Next(new(Server, true), new Answer.Result(many.ToXml()));
        Assert.Equal(UploadDiscovery.MaxItems, step.Outputs.Length);
    }

    internal static XmlElement Info(string field) => XmlElement.Parse(
        $"""
        <query xmlns='{Namespaces.DiscoInfo}'><identity category='store' type='file'/><feature var='{Namespaces.HttpUpload}'/>
        <x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>{Namespaces.HttpUpload}</value></field>{field}</x></query>
        """);
}
