using System.CommandLine;
using ActorTransfer.Cli.Accounts;

namespace ActorTransfer.Cli.Diagnose;

/// <summary>Options of <c>actor-transfer diagnose</c>.</summary>
internal sealed record DiagnoseRequest(AccountRequest Account, Jid? To);

/// <summary>Arguments and options of <c>actor-transfer diagnose</c>.</summary>
internal static class DiagnoseCommand
{
    public static Command Create(Terminal terminal)
    {
        var to = new Option<Jid?>("--to")
        {
            Description = "A peer, user@domain or user@domain/resource, or the domain of a component: query its features.",
            HelpName = "JID",
            CustomParser = JidValues.Peer,
        };
        var account = new AccountOptions();
        var command = new Command(
            "diagnose", "Tests step by step what works between this account and its server, and selects the method of a transfer.") { to };
        account.AddTo(command);
        command.SetAction(async (parsed, interrupted) =>
        {
            var request = new DiagnoseRequest(await account.ReadAsync(parsed, terminal, interrupted), parsed.GetValue(to));
            return (int)await new DiagnoseRun(request, terminal).RunAsync(interrupted);
        });
        return command;
    }
}
