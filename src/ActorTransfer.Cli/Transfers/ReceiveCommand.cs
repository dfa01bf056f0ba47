using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using ActorTransfer.Cli.Accounts;
using ActorTransfer.Cli.Exports;
using ActorTransfer.Cli.Page;

namespace ActorTransfer.Cli.Transfers;

/// <summary>Options of <c>actor-transfer receive</c>.</summary>
/// <param name="Account">Account to log in with.</param>
/// <param name="Folder">Target folder.</param>
/// <param name="From">Full and bare JIDs and domains that may send; empty = everyone.</param>
/// <param name="Count">Number of transfers after which it ends; null = never.</param>
/// <param name="MaxSize">Maximum bytes of a file; null = any.</param>
internal sealed record ReceiveRequest(AccountRequest Account, string Folder, ImmutableArray<Jid> From, int? Count, long? MaxSize)
{
    /// <summary>Files that peers share by their URL are offers, too.</summary>
    public bool ReceivesHttp { get; init; }

    /// <summary>Where metrics and traces go; null = nowhere.</summary>
    public ExportRequest? Exports { get; init; }

    /// <summary>Where the live page is served; null = nowhere.</summary>
    public IPEndPoint? Page { get; init; }

    /// <summary>Whether this peer may send.</summary>
    public bool IsAllowed(Jid peer) => From.IsEmpty || From.Any(sender => Covers(sender, peer));

    /// <summary>A domain covers all its users, a bare JID all its resources.</summary>
    private static bool Covers(Jid sender, Jid peer) =>
        sender == peer || sender == peer.Bare || sender.IsDomain && sender.Domain == peer.Domain;
}

/// <summary>Arguments and options of <c>actor-transfer receive</c>.</summary>
internal static class ReceiveCommand
{
    public static Command Create(Terminal terminal)
    {
        var into = new Option<string>("--into") { Description = "Folder for the files; created if missing.", HelpName = "DIR", Required = true };
        var from = new Option<Jid[]>("--from")
        {
            Description = "Accept files of this sender only: a full or bare JID, or a domain. May be repeated. Default: everyone.",
            HelpName = "JID",
            CustomParser = JidValues.Jids,
        };
        var count = new Option<int?>("--count")
        {
            Description = "End after this number of transfers, with the exit code of the first that failed. Default: run until Ctrl-C or SIGTERM.",
            HelpName = "N",
            CustomParser = Values.Count,
        };
        var size = new Option<long?>("--max-size")
        {
            Description = "Refuse files above this size, for example 10GiB; one of unknown size fails when more bytes arrive. Default: any size.",
            HelpName = "SIZE",
            CustomParser = Values.Size,
        };
        var http = new Option<bool>("--http") { Description = "Also receive files that peers have uploaded, by the addresses in their messages." };
        var page = PageOption.Create();
        var account = new AccountOptions();
        var command = new Command("receive", "Logs in to an XMPP server and accepts files.") { into, from, count, size, http, page };
        account.AddTo(command);
        var exports = new ExportOptions();
        exports.AddTo(command);
        command.SetAction(async (parsed, interrupted) =>
        {
            var request = new ReceiveRequest(
                await account.ReadAsync(parsed, terminal, interrupted),
                Path.GetFullPath(parsed.GetValue(into)!),
                [.. parsed.GetValue(from) ?? []],
                parsed.GetValue(count),
                parsed.GetValue(size))
            {
                ReceivesHttp = parsed.GetValue(http),
                Exports = exports.Read(parsed),
                Page = parsed.GetValue(page),
            };
            return (int)await new ReceiveRun(request, terminal).RunAsync(interrupted);
        });
        return command;
    }
}
