using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace ActorTransfer.AspNetCore.Page;

/// <summary>The endpoints of the page, relative to its path.</summary>
/// <param name="monitor">The engine's monitor.</param>
/// <param name="feed">The view for all clients.</param>
/// <param name="stopping">The application stops: event streams end.</param>
internal sealed class PageHandlers(ITransferMonitor monitor, PageFeed feed, CancellationToken stopping)
{
    private const string Id = "id";

    private readonly PageAccess _access = new();

    /// <summary>Maps all endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapGet("", See(PageAsync)).WithDisplayName("ActorTransfer page");
        foreach (var asset in PageAssets.Names)
        {
            group.MapGet(asset, See(context => PageAssets.SendAsync(context, asset)));
        }

        group.MapGet("events", See(EventsAsync));
        group.MapGet($"{{{Id}:long}}/conversation", See(ConversationAsync));
        group.MapPost($"{{{Id}:long}}/cancel", Change(context => DoAsync(context, monitor.CancelAsync)));
        group.MapPost($"{{{Id}:long}}/pause", Change(context => DoAsync(context, monitor.PauseAsync)));
        group.MapPost($"{{{Id}:long}}/resume", Change(context => DoAsync(context, monitor.ResumeAsync)));
        group.MapPost("drain", Change(context => DoAsync(context, monitor.DrainAsync)));
        group.MapPost("end-drain", Change(context => DoAsync(context, monitor.EndDrainAsync)));
    }

    private static TransferId TransferOf(HttpContext context) =>
        new(long.Parse((string)context.Request.RouteValues[Id]!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    private static RequestDelegate See(RequestDelegate handle) => context =>
    {
        PageAssets.Protect(context.Response);
        return PageAccess.RefusalOf(context) is { } why ? RefuseAsync(context, StatusCodes.Status403Forbidden, why) : HandleAsync(context, handle);
    };

    private RequestDelegate Change(RequestDelegate handle) => See(context =>
        _access.ChangeRefusalOf(context) is { } why ? RefuseAsync(context, StatusCodes.Status403Forbidden, why) : handle(context));

    private static async Task HandleAsync(HttpContext context, RequestDelegate handle)
    {
        try
        {
            await handle(context).ConfigureAwait(false);
        }
        catch (EngineException stopped) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, stopped.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left.
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }

    /// <summary>The page refers to everything relative to its path, which therefore ends with a slash.</summary>
    private Task PageAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.EndsWith('/'))
        {
            return PageAssets.SendPageAsync(context, _access.Token);
        }

        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = Uri.EscapeDataString(path[(path.LastIndexOf('/') + 1)..]) + "/";
        return Task.CompletedTask;
    }

    private async Task EventsAsync(HttpContext context)
    {
        if (!feed.TryJoin())
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"{PageFeed.MaxClients} clients watch already.").ConfigureAwait(false);
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await FollowAsync(context.Response, over.Token).ConfigureAwait(false);
        }
        catch (EngineException stopped)
        {
            await context.Response.Body.WriteAsync(PageEvents.End(stopped.Message), over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The client has left, or the application stops.
        }
        finally
        {
            feed.Leave();
        }
    }

    /// <summary>Each write waits until the client has room, so at most one frame is held for it.</summary>
    private async Task FollowAsync(HttpResponse response, CancellationToken ct)
    {
        var version = 0L;
        while (true)
        {
            var frame = await feed.AfterAsync(version, ct).ConfigureAwait(false);
            await response.Body.WriteAsync(frame.Version == version + 1 && version > 0 ? frame.Change : frame.Whole, ct).ConfigureAwait(false);
            await response.Body.FlushAsync(ct).ConfigureAwait(false);
            version = frame.Version;
        }
    }

    private async Task ConversationAsync(HttpContext context)
    {
        var events = await monitor.ConversationAsync(TransferOf(context), context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/json; charset=utf-8";
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        foreach (var happened in events)
        {
            PageJson.Line(json, happened);
        }

        json.WriteEndArray();
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task DoAsync(HttpContext context, Func<TransferId, CancellationToken, Task<bool>> request)
    {
        if (await request(TransferOf(context), context.RequestAborted).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "This transfer is not active.").ConfigureAwait(false);
        }
    }

    private static async Task DoAsync(HttpContext context, Func<CancellationToken, Task> request)
    {
        await request(context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }
}
