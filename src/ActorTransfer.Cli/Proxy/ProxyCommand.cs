using System.CommandLine;
using System.Net;
using ActorTransfer.Cli.Accounts;
using ActorTransfer.Cli.Exports;
using ActorTransfer.Cli.Nodes;
using ActorTransfer.Cli.Output;
using ActorTransfer.Cli.Page;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Arguments and options of <c>actor-transfer proxy</c>.</summary>
internal sealed class ProxyCommand
{
    private readonly Option<Jid?> _component = new("--component")
    {
        Description = "The proxy's domain, as configured at the server: proxy.example.org.",
        HelpName = "NAME",
        Required = true,
        CustomParser = JidValues.Domain,
    };

    private readonly Option<DnsEndPoint?> _server = new("--server")
    {
        Description = "The XMPP server's component port (XEP-0114), for example 127.0.0.1:5347.",
        HelpName = "HOST:PORT",
        Required = true,
        CustomParser = EndPointValues.EndPoint,
    };

    private readonly TlsOptions _tls = new(
        TlsMode.Off, "off: plaintext, as in XEP-0114; direct: TLS from the first byte; starttls: if the server offers it; required: either.");

    private readonly Option<string> _secret = new("--secret-file")
    {
        Description = "File with the secret that the component shares with the server; surrounding white space is ignored.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<DnsEndPoint[]> _listen = new("--listen")
    {
        Description = "Listen address: 192.0.2.1:7777, [2001:db8::1]:7777, a name for all its addresses, 0.0.0.0:7777, or [::]:7777 for IPv4 and IPv6. "
            + "Port 0 means any free port. Several, or repeated.",
        HelpName = "ADDR:PORT",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = EndPointValues.EndPoints,
    };

    private readonly Option<DnsEndPoint[]> _public = new("--public")
    {
        Description = "Addresses announced to clients, as reachable from outside: name or address and port, the preferred one first. Several, or repeated. "
            + "Default: the listening addresses, if none is a wildcard.",
        HelpName = "HOST:PORT",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = EndPointValues.EndPoints,
    };

    private readonly Option<string[]> _allow = new("--allow")
    {
        Description = "Who may use the proxy: user@domain, a domain with its users, or * for everyone. Several, or repeated; overrides --config. "
            + "Default: the domain above the component's.",
        HelpName = "JID|DOMAIN|*",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = JidValues.Users,
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "HOCON file with limits, rates and timeouts, actor-transfer { proxy { ... } }; see hocon/reference.conf. SIGHUP reloads it.",
        HelpName = "FILE",
    };

    private readonly NodeOptions _node = new();

    private readonly ExportOptions _exports = new();

    private readonly Option<IPEndPoint?> _page = PageOption.Create();

    private readonly OutputOptions _output = new(hasJson: true);

    private ProxyCommand()
    {
    }

    public static Command Create(Terminal terminal)
    {
        var options = new ProxyCommand();
        var command = new Command(
            "proxy",
            "Relays files for the users of an XMPP server: a SOCKS5 bytestreams proxy (XEP-0065), connected to the server as an external component. "
            + "Runs until SIGTERM or Ctrl-C, which let active transfers finish (a second signal does not); SIGHUP reloads --config.")
        {
            options._component, options._server, options._secret, options._listen, options._public, options._allow,
            options._config, options._page,
        };
        options._output.AddTo(command);
        foreach (var option in options._tls.All.Concat(options._node.All))
        {
            command.Options.Add(option);
        }

        options._exports.AddTo(command);
        command.SetAction(async (parsed, interrupted) => (int)await new ProxyRun(options.Read(parsed), terminal).RunAsync(interrupted));
        return command;
    }

    private ProxyRequest Read(ParseResult parsed) => new(Address(parsed), [.. parsed.GetValue(_listen) ?? []], [.. parsed.GetValue(_public) ?? []])
    {
        Allow = [.. parsed.GetValue(_allow) ?? []],
        Config = parsed.GetValue(_config) is { } file ? Path.GetFullPath(file) : null,
        Page = parsed.GetValue(_page),
        Output = _output.Read(parsed),
        Exports = _exports.Read(parsed),
        Cluster = _node.Read(parsed),
    };

    private ComponentAccount Address(ParseResult parsed)
    {
        var server = parsed.GetValue(_server)!;
        var secret = SecretFile.Read(parsed.GetValue(_secret)!);
        return new ComponentAccount
        {
            Host = server.Host,
            Port = server.Port,
            Jid = parsed.GetValue(_component)!,
            Secret = secret,
            Tls = parsed.GetValue(_tls.Mode),
            Roots = _tls.Roots(parsed),
            PinnedSha256 = parsed.GetValue(_tls.Pin),
        };
    }
}
