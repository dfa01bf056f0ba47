using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ActorTransfer.AspNetCore.Page;

/// <summary>The files of the page, embedded in this assembly.</summary>
internal static class PageAssets
{
    /// <summary>The page works with nothing but these files: no script, style or frame of others, none inside the page.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'";

    private const string Script = "text/javascript; charset=utf-8";
    private const string Page = "page.html";
    private const string TokenPlace = "{{token}}";

    private static readonly FrozenDictionary<string, string> s_types = new Dictionary<string, string>
    {
        ["page.css"] = "text/css; charset=utf-8",
        ["page.js"] = Script,
        ["grid.js"] = Script,
        ["tables.js"] = Script,
        ["ladder.js"] = Script,
        ["plot.js"] = Script,
        ["text.js"] = Script,
        ["icon.svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, byte[]> s_files = s_types.Keys.Append(Page).ToFrozenDictionary(name => name, Read);

    /// <summary>All files except the page itself.</summary>
    public static IEnumerable<string> Names => s_types.Keys;

    /// <summary>Headers of every response.</summary>
    public static void Protect(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    public static Task SendAsync(HttpContext context, string name) => SendAsync(context, s_types[name], s_files[name]);

    /// <param name="context">The request.</param>
    /// <param name="token">The token that its requests need to change something.</param>
    public static Task SendPageAsync(HttpContext context, string token) => SendAsync(
        context,
        "text/html; charset=utf-8",
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(s_files[Page]).Replace(TokenPlace, token, StringComparison.Ordinal)));

    private static async Task SendAsync(HttpContext context, string type, byte[] content)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"page/{name}")
            ?? throw new InvalidOperationException($"{name} is missing in the assembly.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
