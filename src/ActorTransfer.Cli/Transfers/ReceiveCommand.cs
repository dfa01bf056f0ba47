using System.Collections.Immutable;
using System.CommandLine;
using ActorTransfer.Cli.Accounts;

namespace ActorTransfer.Cli.Transfers;

/// <summary>What a person asked <c>actor-transfer receive</c> for.</summary>
/// <param name="Account">As whom.</param>
/// <param name="Folder">Where files go.</param>
/// <param name="From">Full and bare JIDs and domains that may send; empty = everybody.</param>
/// <param name="Count">Ends after so many transfers; null = never.</param>
/// <param name="MaxSize">In bytes; null = any.</param>
internal sealed record ReceiveRequest(AccountRequest Account, string Folder, ImmutableArray<Jid> From, int? Count, long? MaxSize);

/// <summary>Arguments and options of <c>actor-transfer receive</c>.</summary>
internal static class ReceiveCommand
{
    public static Command Create(Terminal terminal)
    {
        var into = new Option<string>("--into") { Description = "Folder for the files; it is made when there is none.", HelpName = "DIR", Required = true };
        var from = new Option<Jid[]>("--from")
        {
            Description = "Take files of this sender only: a full or bare JID, or a domain. May be repeated. Default: everybody.",
            HelpName = "JID",
            CustomParser = Values.Jids,
        };
        var count = new Option<int?>("--count")
        {
            Description = "End after so many transfers, with the code of the first that failed. Default: go on until Ctrl-C or SIGTERM.",
            HelpName = "N",
            CustomParser = Values.Count,
        };
        var size = new Option<long?>("--max-size")
        {
            Description = "Refuse files above this size, for example 10GiB; one whose size is not known fails when more comes. Default: any size.",
            HelpName = "SIZE",
            CustomParser = Values.Size,
        };
        var account = new AccountOptions();
        var command = new Command("receive", "Logs in to an XMPP server and takes the files that others send.") { into, from, count, size };
        account.AddTo(command);
        command.SetAction(async (parsed, interrupted) =>
        {
            var request = new ReceiveRequest(
                await account.ReadAsync(parsed, terminal, interrupted),
                Path.GetFullPath(parsed.GetValue(into)!),
                [.. parsed.GetValue(from) ?? []],
                parsed.GetValue(count),
                parsed.GetValue(size));
            return (int)await new ReceiveRun(request, terminal).RunAsync(interrupted);
        });
        return command;
    }
}
