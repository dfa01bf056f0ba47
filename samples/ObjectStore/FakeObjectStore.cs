using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ObjectStore;

/// <summary>Stands for an object store: multipart uploads as S3 has them, by HTTP on loopback, in memory.</summary>
internal sealed class FakeObjectStore : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, byte[]> _objects = [];
    private readonly ConcurrentDictionary<string, SortedDictionary<int, byte[]>> _uploads = [];

    private FakeObjectStore(WebApplication application)
    {
        _application = application;
        application.MapPost("/{key}", Post);
        application.MapPut("/{key}", PutAsync);
        application.MapDelete("/{key}", Abort);
    }

    /// <summary>The complete objects.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>Uploads that were neither completed nor aborted; they cost money in a real store.</summary>
    public int OpenUploads => _uploads.Count;

    /// <summary>Number of the part at which it is out of service; null = never.</summary>
    public int? FailsAtPart { get; set; }

    public Uri Address => new(_application.Urls.First());

    public static async Task<FakeObjectStore> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var store = new FakeObjectStore(builder.Build());
        await store._application.StartAsync();
        return store;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary><c>?uploads</c> begins an upload and returns its id; <c>?uploadId=</c> completes it.</summary>
    private IResult Post(string key, HttpRequest request)
    {
        if (request.Query.ContainsKey("uploads"))
        {
            var id = Guid.NewGuid().ToString("n");
            _uploads[id] = [];
            return Results.Text(id);
        }

        if (!_uploads.TryRemove(IdOf(request), out var parts))
        {
            return Results.NotFound();
        }

        _objects[key] = [.. parts.Values.SelectMany(part => part)];
        return Results.Ok();
    }

    private async Task<IResult> PutAsync(string key, HttpRequest request)
    {
        var number = int.Parse(request.Query["partNumber"]!, System.Globalization.CultureInfo.InvariantCulture);
        var content = new MemoryStream();
        await request.Body.CopyToAsync(content);
        if (number == FailsAtPart)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        _uploads[IdOf(request)][number] = content.ToArray();
        return Results.Ok();
    }

    private IResult Abort(string key, HttpRequest request) => _uploads.TryRemove(IdOf(request), out _) ? Results.NoContent() : Results.NotFound();

    private static string IdOf(HttpRequest request) => request.Query["uploadId"].ToString();
}
