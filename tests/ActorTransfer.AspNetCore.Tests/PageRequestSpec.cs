using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>Who may see the page, and which requests may change something.</summary>
public sealed class PageRequestSpec
{
    private const string TokenHeader = "X-ActorTransfer-Token";

    private readonly ScriptedMonitor _monitor = new() { View = new ScriptedMonitor().View with { Active = [ScriptedMonitor.Transfer(7)] } };

    [Fact]
    public async Task Page_that_is_not_mapped_must_not_exist_and_must_not_monitor()
    {
        await using var host = await PageHost.StartAsync(services => services.AddSingleton<ITransferMonitor>(_monitor), application => { });
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(host.Page)).StatusCode);
        Assert.Equal(0, _monitor.Reads);
    }

    [Fact]
    public async Task Mapped_page_must_monitor_before_its_first_client()
    {
        await using var host = await PageHost.StartAsync(_monitor);
        Assert.Equal(1, _monitor.Reads);
    }

    [Fact]
    public async Task Page_must_be_protected_by_headers()
    {
        await using var host = await PageHost.StartAsync(_monitor);
        using var http = new HttpClient();
        foreach (var path in (string[])["", "page.css", "page.js", "grid.js", "icon.svg", "7/conversation"])
        {
            using var response = await http.GetAsync(host.Page + path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(response.Headers.CacheControl!.NoStore);
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Null(response.Headers.Server.FirstOrDefault(server => server.Product?.Version is not null));
        }
    }

    [Fact]
    public async Task Path_without_a_slash_must_lead_to_the_page()
    {
        await using var host = await PageHost.StartAsync(_monitor);
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(host.Address, "transfers"));
        Assert.Equal(host.Page, response.RequestMessage!.RequestUri!.AbsoluteUri);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("192.0.2.1", "127.0.0.1")] // another machine
    [InlineData("2001:db8::1", "[::1]")]
    [InlineData(null, "localhost")] // not a TCP connection
    [InlineData("127.0.0.1", "attacker.example")] // DNS rebinding: a foreign name with this machine's address
    [InlineData("127.0.0.1", "127.0.0.1.attacker.example")]
    [InlineData("127.0.0.1", "192.0.2.7")]
    public async Task Request_that_is_not_of_this_machine_must_be_refused(string? remote, string name)
    {
        await using var host = await StartAsync(remote, _ => { });
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(host, name));
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost:5000")]
    [InlineData("127.0.0.9", "127.0.0.1")]
    [InlineData("::ffff:127.0.0.1", "LOCALHOST")]
    [InlineData("::1", "[::1]:5000")]
    public async Task Request_of_this_machine_must_be_answered(string remote, string name)
    {
        await using var host = await StartAsync(remote, _ => { });
        Assert.Equal(HttpStatusCode.OK, await GetAsync(host, name));
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    public async Task Request_forwarded_by_a_proxy_on_this_machine_must_be_refused(string header)
    {
        await using var host = await PageHost.StartAsync(_monitor);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation(header, "127.0.0.1");
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(host.Page)).StatusCode);
    }

    [Theory]
    [InlineData("ops", HttpStatusCode.OK)]
    [InlineData("guest", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task Authorization_policy_must_decide_alone(string? user, HttpStatusCode expected)
    {
        await using var host = await StartAsync("192.0.2.1", page => page.RequireAuthorization(policy => policy.RequireClaim(ClaimTypes.Name, "ops")));
        Assert.Equal(expected, await GetAsync(host, "transfers.example.org", user));
    }

    [Fact]
    public async Task Page_that_anonymous_users_may_see_must_stay_on_this_machine()
    {
        await using var host = await StartAsync("192.0.2.1", page => page.RequireAuthorization().AllowAnonymous());
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(host, "localhost", "ops"));
    }

    [Theory]
    [InlineData("no token", null, null, null, HttpStatusCode.Forbidden)]
    [InlineData("wrong token", "0123", null, null, HttpStatusCode.Forbidden)]
    [InlineData("another origin", "", "http://attacker.example", null, HttpStatusCode.Forbidden)]
    [InlineData("another port", "", "http://127.0.0.1:1", null, HttpStatusCode.Forbidden)]
    [InlineData("another site", "", null, "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("opaque origin", "", "null", null, HttpStatusCode.Forbidden)]
    [InlineData("the page", "", "own", "same-origin", HttpStatusCode.Accepted)]
    [InlineData("a program with the token", "", null, null, HttpStatusCode.Accepted)]
    public async Task Change_must_need_the_token_of_the_page(string who, string? token, string? origin, string? site, HttpStatusCode expected)
    {
        await using var host = await PageHost.StartAsync(_monitor);
        using var http = new HttpClient();
        foreach (var path in (string[])["7/cancel", "end-drain", "drain"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, host.Page + path);
            Add(request, TokenHeader, token is "" ? await TokenAsync(http, host) : token);
            Add(request, "Origin", origin is "own" ? host.Address.GetLeftPart(UriPartial.Authority) : origin);
            Add(request, "Sec-Fetch-Site", site);
            Assert.True(expected == (await http.SendAsync(request)).StatusCode, $"{who}: {path}");
        }

        Assert.Equal(expected == HttpStatusCode.Accepted, _monitor.IsDrained);
        Assert.Equal(expected == HttpStatusCode.Accepted ? [7] : [], _monitor.Cancelled);
    }

    [Fact]
    public async Task Get_must_not_change_anything()
    {
        await using var host = await PageHost.StartAsync(_monitor);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.GetAsync(host.Page + "drain")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.GetAsync(host.Page + "7/cancel")).StatusCode);
    }

    [Fact]
    public async Task Cancellation_of_an_ended_transfer_must_be_reported()
    {
        await using var host = await PageHost.StartAsync(_monitor);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add(TokenHeader, await TokenAsync(http, host));
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(host.Page + "8/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task Token_must_differ_between_applications()
    {
        using var http = new HttpClient();
        await using var one = await PageHost.StartAsync(_monitor);
        await using var other = await PageHost.StartAsync(_monitor);
        Assert.NotEqual(await TokenAsync(http, one), await TokenAsync(http, other));
    }

    [Fact]
    public async Task Mapping_without_an_engine_must_say_what_is_missing()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => PageHost.StartAsync(services => { }, application => application.MapActorTransfer()));
        Assert.Contains("AddActorTransfer", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The address of the connection is given: tests have only loopback.</summary>
    private Task<PageHost> StartAsync(string? remote, Action<IEndpointConventionBuilder> configure) => PageHost.StartAsync(
        services =>
        {
            services.AddSingleton<ITransferMonitor>(_monitor);
            services.AddAuthorization();
            services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, UserHeader>("test", null);
        },
        application =>
        {
            application.Use((context, next) =>
            {
                context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
                return next(context);
            });
            application.UseAuthentication();
            application.UseAuthorization();
            configure(application.MapActorTransfer());
        });

    private static async Task<HttpStatusCode> GetAsync(PageHost host, string name, string? user = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Page);
        request.Headers.Host = name;
        Add(request, "User", user);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<string> TokenAsync(HttpClient http, PageHost host)
    {
        const string before = "<meta name=\"actor-transfer-token\" content=\"";
        var page = await http.GetStringAsync(host.Page);
        var start = page.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return page[start..page.IndexOf('"', start)];
    }

    private static void Add(HttpRequestMessage request, string header, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
    }

    private sealed class UserHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var user = Request.Headers["User"].ToString();
            return Task.FromResult(user.Length == 0
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], Scheme.Name)), Scheme.Name)));
        }
    }
}
