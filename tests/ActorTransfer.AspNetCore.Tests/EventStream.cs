using System.Text.Json;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>A client of the page's events.</summary>
internal sealed class EventStream(HttpClient http, HttpResponseMessage response, StreamReader reader) : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public HttpResponseMessage Response => response;

    public static async Task<EventStream> OpenAsync(PageHost host)
    {
        var http = new HttpClient();
        var response = await http.GetAsync(host.Page + "events", HttpCompletionOption.ResponseHeadersRead);
        return new EventStream(http, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event.</summary>
    public async Task<(string Name, JsonElement Data)> NextAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        var name = await reader.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException();
        var data = await reader.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException();
        Assert.Equal("", await reader.ReadLineAsync(limit.Token));
        return (name["event: ".Length..], JsonSerializer.Deserialize<JsonElement>(data["data: ".Length..]));
    }

    /// <summary>Completes when the application has ended the stream.</summary>
    public async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (await reader.ReadLineAsync(limit.Token) is not null)
        {
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
        http.Dispose();
    }
}
