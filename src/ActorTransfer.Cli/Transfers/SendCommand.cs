using System.CommandLine;
using ActorTransfer.Cli.Accounts;

namespace ActorTransfer.Cli.Transfers;

/// <summary>Options of <c>actor-transfer send</c>.</summary>
internal sealed record SendRequest(AccountRequest Account, Jid To, IReadOnlyList<string> Files);

/// <summary>Arguments and options of <c>actor-transfer send</c>.</summary>
internal static class SendCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Description = "The files to send, one after the other.", Arity = ArgumentArity.OneOrMore };
        var to = new Option<Jid?>("--to")
        {
            Description = "Receiver: user@domain, of which an online resource is chosen, user@domain/resource, or the domain of a component.",
            HelpName = "JID",
            Required = true,
            CustomParser = JidValues.Peer,
        };
        var account = new AccountOptions();
        var command = new Command("send", "Logs in to an XMPP server and sends files to a peer by the best available method.") { files, to };
        account.AddTo(command);
        command.SetAction(async (parsed, interrupted) =>
        {
            var request = new SendRequest(await account.ReadAsync(parsed, terminal, interrupted), parsed.GetValue(to)!, parsed.GetValue(files)!);
            return (int)await new SendRun(request, terminal).RunAsync(interrupted);
        });
        return command;
    }
}
