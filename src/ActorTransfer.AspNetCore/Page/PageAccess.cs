using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;

namespace ActorTransfer.AspNetCore.Page;

/// <summary>Decides who may see the page, and which requests may change something.</summary>
internal sealed class PageAccess
{
    /// <summary>Header of requests that change something.</summary>
    public const string TokenHeader = "X-ActorTransfer-Token";

    /// <summary>Headers that reverse proxies add. The middleware for forwarded headers removes those that it has applied.</summary>
    private static readonly string[] s_forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    /// <summary>Random, one for the lifetime of the process: pages of other origins cannot read it.</summary>
    public string Token { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Why a request is refused; null = it is not. An authorization policy of the endpoint has been enforced before, and decides alone.</summary>
    public static string? RefusalOf(HttpContext context) =>
        HasPolicy(context.GetEndpoint()) ? null
        : context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(Plain(remote))
            ? "This page is for this machine only (loopback). RequireAuthorization on MapActorTransfer opens it to others."
        : s_forwarded.Any(context.Request.Headers.ContainsKey)
            ? "This request was forwarded by a proxy, and this page is for this machine only. RequireAuthorization on MapActorTransfer opens it to others."
        : !IsLoopback(context.Request.Host)
            ? "This page answers to localhost, 127.0.0.1 and [::1] only. RequireAuthorization on MapActorTransfer opens it to other names."
        : null;

    /// <summary>Why a request that changes something is refused; null = it is not.</summary>
    public string? ChangeRefusalOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        var origin = headers.Origin.ToString();
        var site = headers["Sec-Fetch-Site"].ToString();
        return origin.Length > 0 && !IsOwn(origin, context.Request.Host) || site.Length > 0 && site != "same-origin"
            ? "This request comes from another origin."
            : !HasToken(headers[TokenHeader].ToString()) ? $"The header {TokenHeader} is missing or wrong; reload the page."
            : null;
    }

    private static bool HasPolicy(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAuthorizeData>() is not null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null;

    /// <summary>A name that resolves to this machine is not enough: its owner could change that at any time (DNS rebinding).</summary>
    private static bool IsLoopback(HostString host) =>
        host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(Plain(address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>The scheme may differ behind a proxy that ends TLS.</summary>
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);

    private bool HasToken(string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Token));
}
