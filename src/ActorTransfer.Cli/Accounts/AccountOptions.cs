using System.CommandLine;
using System.Net;
using ActorTransfer.Cli.Output;

namespace ActorTransfer.Cli.Accounts;

/// <summary>The options that <c>send</c>, <c>receive</c> and <c>diagnose</c> share.</summary>
internal sealed class AccountOptions(params (string Word, StreamMethods Methods)[] moreMethods)
{
    private readonly Option<Jid?> _account = new("--account")
    {
        Description = "Account to log in with; JID/RESOURCE fixes the resource.",
        HelpName = "JID",
        Required = true,
        CustomParser = JidValues.Account,
    };

    private readonly Option<string?> _host = new("--host")
    {
        Description = "The server's host name or address. Default: from the SRV records of the account's domain, else the domain itself.",
        HelpName = "H",
    };

    private readonly Option<int?> _port = new("--port")
    {
        Description = "The server's port; with one, SRV records are not looked up. Default: that of the SRV record, else 5222, with --tls direct 5223.",
        HelpName = "N",
        CustomParser = Values.Port,
    };

    private readonly Option<IPEndPoint[]> _nameServers = new("--name-server")
    {
        Description = "Name server for SRV records and addresses, instead of the system's. May be repeated.",
        HelpName = "ADDRESS[:PORT]",
        CustomParser = EndPointValues.NameServers,
    };

    private readonly TlsOptions _tls = new(
        TlsMode.Required, "required: STARTTLS or direct TLS; starttls; direct: TLS from the first byte; off: plaintext, to loopback servers only.");

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description = $"File whose first line is the password. Default: ${Password.Variable}, else a prompt on a terminal.",
        HelpName = "FILE",
    };

    private readonly Option<StreamMethods> _method = Values.Choice(
        "--method",
        $"Stream methods to use. auto: all; s5b: direct or proxy; ibb: in-band{(moreMethods.Length > 0 ? "; http: upload to the own server" : "")}.",
        StreamMethods.All,
        [
            ("auto", StreamMethods.All),
            ("direct", StreamMethods.Direct),
            ("proxy", StreamMethods.Proxy),
            ("s5b", StreamMethods.Socks5),
            ("ibb", StreamMethods.InBand),
            .. moreMethods,
        ]);

    private readonly Option<Jid[]> _proxies = new("--proxy")
    {
        Description = "A SOCKS5 bytestreams proxy to use besides those of the server. May be repeated.",
        HelpName = "JID",
        CustomParser = JidValues.Jids,
    };

    private readonly Option<bool> _noDirect = new("--no-direct") { Description = "Do not reveal this machine's addresses, nor connect to the peer's." };

    private readonly Option<string[]> _networks = new("--allow-addresses")
    {
        Description = "Networks to allow for streamhosts and own direct addresses besides public ones: loopback, private, link-local, or CIDR.",
        HelpName = "NAME,...",
        CustomParser = EndPointValues.Networks,
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "Timeout of the login (default 30s), of the peer's response to an offer (10m), and of a transfer without progress (2m).",
        HelpName = "T",
        CustomParser = Values.Duration,
    };

    private readonly OutputOptions _output = new(hasJson: true);

    public void AddTo(Command command)
    {
        Option[] all = [_account, _host, _port, _nameServers, .. _tls.All, _passwordFile, _method, _proxies, _noDirect, _networks, _timeout];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }

        _output.AddTo(command);
        command.Validators.Add(result =>
        {
            var hasMethod = result.GetResult(_method) is { } method && !method.Errors.Any();
            if (result.GetValue(_noDirect) && hasMethod && result.GetValue(_method) == StreamMethods.Direct)
            {
                result.AddError("--method direct and --no-direct exclude each other; leave one out");
            }
        });
    }

    /// <summary>Reads the options, and the files and the password that they refer to.</summary>
    /// <exception cref="CommandException">They are invalid.</exception>
    public async Task<AccountRequest> ReadAsync(ParseResult parsed, Terminal terminal, CancellationToken ct)
    {
        var account = parsed.GetValue(_account)!;
        var output = _output.Read(parsed);
        var tls = parsed.GetValue(_tls.Mode);
        var host = parsed.GetValue(_host);
        if (tls == TlsMode.Off)
        {
            await Loopback.RequireAsync(host ?? account.Domain, isServer: host is not null || parsed.GetValue(_port) is not null, ct);
        }

        var roots = _tls.Roots(parsed);
        var password = await Password.FindAsync(account, parsed.GetValue(_passwordFile), terminal, ct);
        var address = new ClientAccount
        {
            Jid = account,
            Host = host,
            Port = parsed.GetValue(_port),
            Tls = tls,
            Password = password,
            Roots = roots,
            PinnedSha256 = parsed.GetValue(_tls.Pin),
        };
        var methods = parsed.GetValue(_method);
        return new AccountRequest(address)
        {
            Methods = parsed.GetValue(_noDirect) ? methods & ~StreamMethods.Direct : methods,
            Proxies = [.. parsed.GetValue(_proxies) ?? []],
            NameServers = [.. parsed.GetValue(_nameServers) ?? []],
            Networks = [.. parsed.GetValue(_networks) ?? []],
            Timeout = parsed.GetValue(_timeout),
            Output = output,
        };
    }
}
