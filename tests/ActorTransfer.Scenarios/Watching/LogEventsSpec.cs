using System.Collections.Concurrent;
using System.Globalization;
using ActorTransfer.Scenarios.InProcess;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Log events of a transfer.</summary>
public sealed class LogEventsSpec
{
    [Fact]
    public async Task Log_events_must_have_named_properties()
    {
        using var logs = new LogRecorder();
        await using (var host = await LocalDomainHost.StartAsync("actor-transfer.target.enabled = off", logs: logs))
        {
            var missing = await host.Transfers.SendAsync(
                LocalDomainHost.Receiver, new FileInfo(typeof(LogEventsSpec).Assembly.Location), new SendOptions("iphone"));
            await missing.Completion;

            // Log events are delivered asynchronously, and those in flight are lost when the system stops.
            await Eventually.HoldsAsync(
                () => logs.Entries.Any(entry => entry.Text.Contains(" ended: ", StringComparison.Ordinal)), () => "The end of the transfer was not logged.");
        }

        var offered = Assert.Single(logs.Entries, entry => entry.Text.Contains(": offering ", StringComparison.Ordinal));
        Assert.Equal(LocalDomainHost.Receiver.ToString(), offered.Values["Peer"]?.ToString());
        Assert.Equal("ActorTransfer.Scenarios.dll", offered.Values["File"]);
        Assert.Contains("{TransferId}", (string?)offered.Values["{OriginalFormat}"], StringComparison.Ordinal);
        var ended = Assert.Single(logs.Entries, entry => entry.Text.Contains(" ended: ", StringComparison.Ordinal));
        Assert.Equal(offered.Values["TransferId"], ended.Values["TransferId"]);
    }

    /// <summary>Of the transfers actor, of each transfer's own, and of those of its in-band bytestream.</summary>
    [Theory]
    [InlineData(StreamMethods.Proxy, "MethodSelected")]
    [InlineData(StreamMethods.InBand, "InBandSelected")]
    public async Task Lines_of_a_transfer_must_tell_its_life_and_have_its_identity(StreamMethods methods, string selected)
    {
        using var logs = new LogRecorder();
        await using (var host = await LocalDomainHost.StartAsync(configure: options => options.LogLevel = Akka.Event.LogLevel.DebugLevel, logs: logs))
        {
            var accepting = host.AcceptNextAsync();
            var sent = await host.Transfers.SendAsync(
                LocalDomainHost.Receiver, new MemoryStream(new byte[100_000]), new FileDescription("a", 100_000), new SendOptions("iphone") { Methods = methods });
            await (await accepting).Completion;
            await sent.Completion;
            await Eventually.HoldsAsync(() => logs.Entries.Count(entry => entry.Id.Name == "TransferEnded") == 2, () => "The ends were not logged.");
        }

        var session = logs.Entries.Single(entry => entry.Id.Name == "OfferSent").Values["SessionId"];
        Assert.Matches("^.{1,8}…$", session?.ToString()); // never the whole id
        string[] either = ["TransferQueued", "StateEntered", "SenderOpened", "ReceiverOpened"];
        foreach (var (first, account) in ((string, string)[])[("OfferSent", "iphone"), ("OfferReceived", "android")])
        {
            var id = logs.Entries.Single(entry => entry.Id.Name == first).Values["TransferId"];
            var lines = logs.Entries.Where(entry => Equals(entry.Values.GetValueOrDefault("TransferId"), id)).ToList();
            Assert.Equal([first, "OfferAccepted", selected, "TransferEnded"], lines.Select(line => line.Id.Name).Except(either));
            Assert.All(lines.Where(line => line.Id.Id != 0), line =>
            {
                Assert.Equal(session, line.Values["SessionId"]);
                Assert.Equal(account, line.Values["Account"]);
                Assert.Contains("local.test/", line.Values["Peer"]?.ToString(), StringComparison.Ordinal);
            });
            Assert.Equal(100_000L, lines[^1].Values["Bytes"]);
            Assert.IsType<TimeSpan>(lines[^1].Values["Duration"]);
        }

        Assert.Equal(methods == StreamMethods.InBand, logs.Entries.Any(entry => entry.Id.Name == "ReceiverOpened"));
        Assert.InRange(logs.Entries.Count, 1, 100); // none for each chunk or block
    }

    [Fact]
    public async Task Serilog_must_get_template_values_level_category_and_source()
    {
        var sink = new Sink();
        using var serilog = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        using var provider = new SerilogLoggerProvider(serilog);
        await using (var host = await LocalDomainHost.StartAsync("actor-transfer.target.enabled = off", logs: provider))
        {
            var missing = await host.Transfers.SendAsync(
                LocalDomainHost.Receiver, new FileInfo(typeof(LogEventsSpec).Assembly.Location), new SendOptions("iphone"));
            await missing.Completion;
            await Eventually.HoldsAsync(() => !sink.Offers.IsEmpty, () => "The offer was not logged.");
        }

        var offered = Assert.Single(sink.Offers);
        Assert.Equal(LogEventLevel.Information, offered.Level);
        Assert.Equal("\"ActorTransfer.Actors.Transfers.TransfersActor\"", offered.Properties["SourceContext"].ToString());
        Assert.Equal("\"ActorTransfer.Scenarios.dll\"", offered.Properties["File"].ToString());
        Assert.Contains(LocalDomainHost.Receiver.ToString(), offered.Properties["Peer"].ToString(), StringComparison.Ordinal);
        Assert.Contains("/user/actor-transfer/", offered.Properties["ActorPath"].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('{', offered.RenderMessage(CultureInfo.InvariantCulture));
    }

    private sealed class Sink : ILogEventSink
    {
        public ConcurrentQueue<LogEvent> Offers { get; } = [];

        public void Emit(LogEvent logEvent)
        {
            if (logEvent.MessageTemplate.Text.Contains(": offering ", StringComparison.Ordinal))
            {
                Offers.Enqueue(logEvent);
            }
        }
    }
}
