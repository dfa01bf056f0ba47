using System.Net;
using System.Text;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Scenarios.InProcess;
using ActorTransfer.Scenarios.Proxy;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Neither secrets nor contents of files are in the log, at the lowest level.</summary>
public sealed class LoggedSecretsSpec
{
    [Fact]
    public async Task Secret_of_a_component_must_not_be_logged()
    {
        using var logs = new LogRecorder();
        using var server = new ComponentServer();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        var component = new ComponentAccount
        {
            Host = "127.0.0.1",
            Port = server.EndPoint.Port,
            Jid = Jid.Parse(ComponentServer.Proxy),
            Secret = ComponentServer.Secret,
        };
        builder.Services.AddActorTransfer(options =>
        {
            options.LogLevel = Akka.Event.LogLevel.DebugLevel;
            options.AddProxy(new ProxyOptions { Account = component, Listen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        });
        using var host = builder.Build();
        await host.StartAsync();
        await server.AcceptAsync();
        await Eventually.HoldsAsync(() => logs.Entries.Any(entry => entry.Id.Name == "ConnectionUp"), () => "The connection is not up.");
        await host.StopAsync();
        AssertNotLogged(logs, ComponentServer.Secret);
        AssertNotLogged(logs, ComponentHandshake.Digest("1", ComponentServer.Secret));
    }

    [Fact]
    public async Task Content_of_a_file_must_not_be_logged()
    {
        const string Content = "the merger will be announced on Monday";
        using var logs = new LogRecorder();
        await using var host = await LocalDomainHost.StartAsync(configure: options => options.LogLevel = Akka.Event.LogLevel.DebugLevel, logs: logs);
        var accepting = host.AcceptNextAsync();
        var (bytes, options) = (Encoding.UTF8.GetBytes(Content), new SendOptions("iphone") { Methods = StreamMethods.InBand });
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(bytes), new FileDescription("a", bytes.Length), options);
        await (await accepting).Completion;
        await sent.Completion;
        await Eventually.HoldsAsync(() => logs.Entries.Count(entry => entry.Id.Name == "TransferEnded") == 2, () => "The ends were not logged.");
        AssertNotLogged(logs, Content);
        AssertNotLogged(logs, Convert.ToBase64String(bytes));
    }

    private static void AssertNotLogged(LogRecorder logs, string secret)
    {
        Assert.NotEmpty(logs.Entries);
        Assert.All(logs.Entries, entry =>
        {
            Assert.DoesNotContain(secret, entry.Text, StringComparison.Ordinal);
            Assert.All(entry.Values.Values, value => Assert.DoesNotContain(secret, $"{value}", StringComparison.Ordinal));
        });
    }
}
