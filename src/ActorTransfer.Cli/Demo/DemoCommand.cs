using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using ActorTransfer.Cli.Output;

namespace ActorTransfer.Cli.Demo;

/// <summary>Arguments and options of <c>actor-transfer demo</c>.</summary>
internal static class DemoCommand
{
    private const int ComponentPort = 5347;

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
            CustomParser = Size,
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
            CustomParser = EndPoint,
        };
        var component = new Option<Jid?>("--component")
        {
            Description = "The component's domain, as configured at the server.",
            HelpName = "NAME",
            CustomParser = Address,
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
            CustomParser = Address,
        };
        var output = new OutputOptions(hasJson: false);
        var command = new Command("demo", "Sends a file from one XMPP user to another through a SOCKS5 bytestreams proxy and shows the stanzas.")
        {
            file, size, into, server, component, secret, domain,
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
            var request = new DemoRequest(parsed.GetValue(file), bytes, parsed.GetValue(into), link, output.Read(parsed));
            return (int)await new DemoRun(request, terminal).RunAsync(interrupted);
        });
        return command;
    }

    private static long? Size(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (ByteSize.TryParse(text, out var bytes))
        {
            return bytes;
        }

        result.AddError($"'{text}' is not a valid size (examples: 1GiB, 1.5MB, 152443)");
        return null;
    }

    private static DnsEndPoint? EndPoint(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (HostPort.TryParse(text, ComponentPort, out var at) && at.Port > 0)
        {
            return at;
        }

        result.AddError($"'{text}' is not a valid HOST:PORT");
        return null;
    }

    private static Jid? Address(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Jid.TryParse(text, out var jid) && jid.IsDomain)
        {
            return jid;
        }

        result.AddError($"'{text}' is not a valid domain");
        return null;
    }
}
