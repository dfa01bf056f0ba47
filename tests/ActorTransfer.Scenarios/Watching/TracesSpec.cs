using System.Diagnostics;
using ActorTransfer.Scenarios.Architecture;
using ActorTransfer.Scenarios.InProcess;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Spans of whole transfers.</summary>
[Collection(ActivityRecorder.Collection)]
public sealed class TracesSpec(ITestOutputHelper output)
{
    /// <summary>The application's own source.</summary>
    public const string Application = "ActorTransfer.Scenarios.Application";

    private static readonly ActivitySource s_application = new(Application);

    [Fact]
    public async Task Transfer_must_have_a_span_below_the_activity_of_the_application_with_one_for_each_state()
    {
        using var recorder = new ActivityRecorder();
        await using var host = await LocalDomainHost.StartAsync();
        using var upload = s_application.StartActivity("upload")!;
        var accepting = host.AcceptNextAsync();
        var sent = await SendAsync(host);
        await (await accepting).Completion;
        await sent.Completion;
        Assert.Same(upload, Activity.Current);
        await host.StopAsync();

        var transfer = recorder.ChildOf(upload);
        Assert.Equal(sent.Id.Value, transfer.GetTagItem("actortransfer.transfer_id"));
        Assert.Equal("iphone", transfer.GetTagItem("actortransfer.account"));
        Assert.Equal(LocalDomainHost.Receiver.ToString(), transfer.GetTagItem("actortransfer.peer"));
        Assert.Equal("completed", transfer.GetTagItem("actortransfer.outcome"));
        Assert.Equal("proxy", transfer.GetTagItem("actortransfer.method"));
        Assert.Equal(ActivityStatusCode.Unset, transfer.Status);

        var session = (string)transfer.GetTagItem("actortransfer.session_id")!;
        var (sending, receiving) = (recorder.Of("initiator", session), recorder.Of("target", session));
        output.WriteLine(ActivityRecorder.Describe([.. sending, .. receiving]));
        Assert.Equal(
            ["send file", "offer", "accepted", "proxy-discovered", "streamhost-sent", "connected", "activated", "streaming"],
            sending.Select(span => span.OperationName));
        Assert.Equal(
            ["receive file", "offer", "accepted", "streamhost-received", "connected", "activated", "streaming"],
            receiving.Select(span => span.OperationName));
        Assert.Equal(default, receiving[0].ParentSpanId);
        Assert.Equal(["candidate tried", "candidate won"], Events(receiving, "streamhost-received"));
        Assert.Equal(["candidate tried"], Events(sending, "connected").Concat(Events(sending, "streamhost-sent")));
        Assert.Equal(StanzaIds(sending, "offer"), StanzaIds(receiving, "receive file"));
        Assert.NotEmpty(StanzaIds(sending, "offer"));
        Assert.All(sending.Concat(receiving), span => Assert.NotEqual(TimeSpan.Zero, span.Duration));
    }

    [Fact]
    public async Task Failure_must_be_the_status_of_the_transfer_and_of_the_state_in_which_it_happened()
    {
        using var recorder = new ActivityRecorder();
        await using var host = await LocalDomainHost.StartAsync("actor-transfer { target.enabled = off, initiator.offer-again = off }");
        using var upload = s_application.StartActivity("upload")!;
        var failed = Assert.IsType<TransferOutcome.Failed>(await (await SendAsync(host)).Completion);
        await host.StopAsync();

        var transfer = recorder.ChildOf(upload);
        var spans = recorder.Of("initiator", (string)transfer.GetTagItem("actortransfer.session_id")!);
        output.WriteLine(ActivityRecorder.Describe(spans));
        Assert.Equal(["send file", "offer"], spans.Select(span => span.OperationName));
        Assert.All(spans, span =>
        {
            Assert.Equal((ActivityStatusCode.Error, failed.Detail), (span.Status, span.StatusDescription));
            Assert.Equal("not-supported", span.GetTagItem("error.type"));
            Assert.Equal("peer", span.GetTagItem("actortransfer.side"));
        });
    }

    [Fact]
    public void Attributes_and_events_must_be_documented()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));
        var section = text[text.IndexOf("## Traces", StringComparison.Ordinal)..];
        var attributes = typeof(Actors.Instrumentation.TraceAttributes).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        Assert.All(attributes, name => Assert.Contains($"`{name["actortransfer.".Length..]}`", section, StringComparison.Ordinal));
    }

    private static async Task<ITransfer> SendAsync(LocalDomainHost host) => await host.Transfers.SendAsync(
        LocalDomainHost.Receiver, new MemoryStream(new byte[300_000]), new FileDescription("original.bin", 300_000), new SendOptions("iphone"));

    private static IEnumerable<string> Events(IReadOnlyList<Activity> spans, string state) =>
        spans.Single(span => span.OperationName == state).Events.Select(happened => happened.Name);

    private static string[] StanzaIds(IReadOnlyList<Activity> spans, string state) =>
        spans.Single(span => span.OperationName == state).GetTagItem("actortransfer.stanza_ids") as string[] ?? [];
}
