using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>The page's server-sent events, without a browser.</summary>
public sealed class PageEventsSpec
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedMonitor _monitor = new();

    [Fact]
    public async Task Client_must_get_the_whole_view_and_then_only_changes()
    {
        var (first, second, third) = (ScriptedMonitor.Transfer(1), ScriptedMonitor.Transfer(2), ScriptedMonitor.Transfer(3));
        _monitor.View = _monitor.View with { Active = [first, second] };
        await using var host = await StartAsync();
        using var events = await EventStream.OpenAsync(host);
        Assert.Equal("text/event-stream", events.Response.Content.Headers.ContentType!.MediaType);
        var (name, view) = await events.NextAsync();
        Assert.Equal("view", name);
        Assert.Equal([1, 2], Ids(view, "active"));
        Assert.Equal("user1@example.org/desktop", view.GetProperty("active")[0].GetProperty("peer").GetString());

        var at = _monitor.View.At;
        _monitor.View = _monitor.View with
        {
            Active = [second with { Bytes = 600_000, IsPaused = true }, third],
            NotCompleted = [new EndedTransfer(first, at, new TransferOutcome.Failed(TransferState.Streaming, TransferSide.Peer, FailureReason.ConnectionLost, "gone"))],
            Throughput = [new ThroughputSample(at, 1, 2, 3)],
        };
        _time.Advance(TimeSpan.FromSeconds(1));
        (name, var change) = await events.NextAsync();
        Assert.Equal("change", name);
        Assert.Equal(view.GetProperty("version").GetInt64() + 1, change.GetProperty("version").GetInt64());
        Assert.Equal([3], Ids(change, "added"));
        Assert.Equal([2], Ids(change, "changed"));
        Assert.True(change.GetProperty("changed")[0].GetProperty("paused").GetBoolean());
        Assert.False(change.GetProperty("changed")[0].TryGetProperty("file", out _));
        Assert.Equal([1], change.GetProperty("removed").EnumerateArray().Select(id => id.GetInt64()));
        Assert.Equal("ConnectionLost", change.GetProperty("failed")[0].GetProperty("reason").GetString());
        Assert.False(change.TryGetProperty("accounts", out _));
        Assert.Equal([at.ToUnixTimeMilliseconds(), 1, 2, 3], change.GetProperty("throughput")[0].EnumerateArray().Select(value => value.GetInt64()));

        _time.Advance(TimeSpan.FromSeconds(1));
        (_, change) = await events.NextAsync();
        Assert.All(["added", "changed", "removed", "failed", "completed", "throughput"], part => Assert.Equal(0, change.GetProperty(part).GetArrayLength()));
    }

    [Fact]
    public async Task Clients_must_share_one_view()
    {
        await using var host = await StartAsync();
        var started = _monitor.Reads;
        var clients = new List<EventStream>();
        for (var count = 0; count < 10; count++)
        {
            clients.Add(await EventStream.OpenAsync(host));
            await clients[^1].NextAsync();
        }

        Assert.Equal(started + 1, _monitor.Reads);
        _time.Advance(TimeSpan.FromSeconds(1));
        foreach (var client in clients)
        {
            await client.NextAsync();
        }

        Assert.Equal(started + 2, _monitor.Reads);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Clients_above_the_limit_must_be_refused_until_others_have_left()
    {
        await using var host = await StartAsync();
        var clients = new List<EventStream>();
        for (var count = 0; count < 64; count++)
        {
            clients.Add(await EventStream.OpenAsync(host));
        }

        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(host.Page + "events")).StatusCode);
        clients.ForEach(client => client.Dispose());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        EventStream next;
        while ((next = await EventStream.OpenAsync(host)).Response.StatusCode != HttpStatusCode.OK)
        {
            next.Dispose();
            limit.Token.ThrowIfCancellationRequested();
        }

        next.Dispose();
    }

    [Fact]
    public async Task Stop_of_the_application_must_end_the_events_at_once()
    {
        var host = await StartAsync();
        using var events = await EventStream.OpenAsync(host);
        await events.NextAsync();
        var ending = events.EndAsync();
        await host.StopAsync();
        await ending;
        await host.DisposeAsync();
    }

    [Fact]
    public async Task End_of_the_engine_must_be_told()
    {
        await using var host = await StartAsync();
        using var events = await EventStream.OpenAsync(host);
        await events.NextAsync();
        _monitor.Fault = new EngineException("the engine has stopped");
        _time.Advance(TimeSpan.FromSeconds(1));
        var (name, data) = await events.NextAsync();
        Assert.Equal(("end", "the engine has stopped"), (name, data.GetProperty("reason").GetString()));
        await events.EndAsync();
    }

    [Theory]
    [InlineData("a\r\nevent: end\r\ndata: {}\r\n\r\n", "a\\u{000D}\\u{000A}event: end")]
    [InlineData("photo\u202Egnp.exe", "photo\\u{202E}gnp.exe")]
    [InlineData("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>")]
    public async Task Text_of_peers_must_stay_inside_its_string(string file, string shown)
    {
        _monitor.View = _monitor.View with { Active = [ScriptedMonitor.Transfer(1, file)] };
        await using var host = await StartAsync();
        using var events = await EventStream.OpenAsync(host);
        var (name, view) = await events.NextAsync();
        Assert.Equal("view", name);
        Assert.StartsWith(shown, view.GetProperty("active")[0].GetProperty("file").GetString(), StringComparison.Ordinal);
    }

    private static IEnumerable<long> Ids(JsonElement view, string part) =>
        view.GetProperty(part).EnumerateArray().Select(transfer => transfer.GetProperty("id").GetInt64());

    private Task<PageHost> StartAsync() => PageHost.StartAsync(
        services => services.AddSingleton<ITransferMonitor>(_monitor).AddSingleton<TimeProvider>(_time),
        application => application.MapActorTransfer());
}
