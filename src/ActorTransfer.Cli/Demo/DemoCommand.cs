using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using ActorTransfer.Cli.Accounts;
using ActorTransfer.Cli.Output;

namespace ActorTransfer.Cli.Demo;

/// <summary>Arguments and options of <c>actor-transfer demo</c>.</summary>
internal static class DemoCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The file to send; without it one is generated.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var size = new Option<long?>("--size")
        {
            Description = "Size of the generated file, for example 1GiB or 152443. Default: 64MiB.",
            HelpName = "SIZE",
            CustomParser = Values.Size,
        };
        var into = new Option<string?>("--into")
        {
            Description = "Folder that keeps the received file. Default: a temporary one, removed at the end.",
            HelpName = "DIR",
        };
        var server = new Option<DnsEndPoint?>("--server")
        {
            Description = "Connect to this XMPP server as an external component (XEP-0114) instead of running a domain in this process.",
            HelpName = "HOST:PORT",
            CustomParser = EndPointValues.EndPoint,
        };
        var component = new Option<Jid?>("--component")
        {
            Description = "The component's domain, as configured at the server.",
            HelpName = "NAME",
            CustomParser = JidValues.Domain,
        };
        var secret = new Option<string?>("--secret-file")
        {
            Description = "File with the secret that the component shares with the server.",
            HelpName = "FILE",
        };
        var domain = new Option<Jid?>("--domain")
        {
            Description = "The server's own domain, searched for a proxy. Default: the domain above the component's.",
            HelpName = "DOMAIN",
            CustomParser = JidValues.Domain,
        };
        var signalling = Values.Signalling();
        var output = new OutputOptions(hasJson: false);
        var command = new Command("demo", "Sends a file from one XMPP user to another through a SOCKS5 bytestreams proxy and shows the stanzas.")
        {
            file, size, into, server, component, secret, domain, signalling,
        };
        output.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null && result.GetResult(size) is { Implicit: false })
            {
                result.AddError("--size and FILE exclude each other; --size is for generated files");
            }

            OptionResult?[] link = [result.GetResult(server), result.GetResult(component), result.GetResult(secret)];
            var named = link.Count(option => option is not null);
            if (named is not 0 and not 3 || named == 0 && result.GetResult(domain) is not null)
            {
                result.AddError("--server, --component and --secret-file go together, and --domain needs them");
            }
        });
        command.SetAction(async (parsed, interrupted) =>
        {
            var link = parsed.GetValue(server) is { } at
                ? new ServerLink(at, parsed.GetValue(component)!, SecretFile.Read(parsed.GetValue(secret)!), parsed.GetValue(domain))
                : null;
            var bytes = parsed.GetValue(size) ?? DemoRequest.DefaultSize;
            var request = new DemoRequest(parsed.GetValue(file), bytes, parsed.GetValue(into), link, output.Read(parsed))
            {
                Signalling = parsed.GetValue(signalling),
            };
            return (int)await new DemoRun(request, terminal).RunAsync(interrupted);
        });
        return command;
    }
}
