using System.Text.RegularExpressions;
using ActorTransfer.Scenarios.Architecture;
using ActorTransfer.Scenarios.InProcess;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>The listing of counters in <c>docs/operating.md</c> is that of a real transfer.</summary>
public sealed partial class CounterListingSpec
{
    /// <summary>If this variable is set, the test writes the listing instead.</summary>
    private const string Update = "UPDATE_COUNTER_LISTING";

    private static readonly string Document = Path.Combine(Repository.Root, "docs", "operating.md");

    [Fact]
    public async Task Listing_of_the_document_must_be_that_of_one_transfer()
    {
        var lines = await TransferAsync();
        var text = await File.ReadAllTextAsync(Document);
        if (Environment.GetEnvironmentVariable(Update) is not null)
        {
            text = Listing().Replace(text, _ => string.Join('\n', lines));
            await File.WriteAllTextAsync(Document, text);
        }

        var listed = Listing().Match(text).Value.Split('\n');
        Assert.True(
            listed.Length == lines.Count && lines.Zip(listed).All(pair => pair.First.IsIn(pair.Second)),
            $"The listing has changed. If that is meant, run this test with {Update}=1. It is now:\n{string.Join('\n', lines)}");
    }

    private static async Task<List<CounterListing.Line>> TransferAsync()
    {
        using var recorder = new MetricRecorder();
        await using var host = await LocalDomainHost.StartAsync();
        var accepting = host.AcceptNextAsync();
        var file = new FileDescription("original.bin", 300_000);
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(new byte[file.Size]), file, new SendOptions("iphone"));
        await (await accepting).Completion;
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        await Eventually.HoldsAsync(() => recorder.Of(host.Services).Any(one => $"{one}" == "proxy.pairs.ended(relayed)"), () => "The pair has not ended.");
        await host.Services.GetRequiredService<IProxies>().StatusAsync(Jid.Parse("proxy.local.test")); // counts its connections now

        // Connections that a side gave up are refusals; their number differs.
        return [.. CounterListing.Of(recorder.Of(host.Services).Where(one => one.Instrument.Name != "actortransfer.proxy.refusals"))];
    }

    [GeneratedRegex(@"(?<=```text\n\[ActorTransfer\]\n)[^`]+(?=\n```)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listing();
}
