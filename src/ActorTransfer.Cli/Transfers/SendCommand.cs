using System.CommandLine;
using ActorTransfer.Cli.Accounts;

namespace ActorTransfer.Cli.Transfers;

/// <summary>Options of <c>actor-transfer send</c>.</summary>
internal sealed record SendRequest(AccountRequest Account, Jid To, IReadOnlyList<string> Files)
{
    /// <summary>How the files are offered.</summary>
    public Signalling Signalling { get; init; }

    /// <summary>Uploads are encrypted.</summary>
    public bool EncryptsUpload { get; init; }
}

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
        var offline = Values.Choice(
            "--offline",
            "If the peer is offline, or no method reaches it. fail; upload: to the own server, which then sends the peer the file's address.",
            StreamMethods.None,
            ("fail", StreamMethods.None),
            ("upload", StreamMethods.Http));
        var encrypts = new Option<bool>("--encrypt-upload") { Description = "Encrypt uploads; the message to the peer has the key." };
        var signalling = Values.Signalling();
        var account = new AccountOptions(("http", StreamMethods.Http));
        var command = new Command("send", "Logs in to an XMPP server and sends files to a peer by the best available method.")
        {
            files, to, offline, encrypts, signalling,
        };
        account.AddTo(command);
        command.SetAction(async (parsed, interrupted) =>
        {
            var read = await account.ReadAsync(parsed, terminal, interrupted);
            var request = new SendRequest(read with { Methods = read.Methods | parsed.GetValue(offline) }, parsed.GetValue(to)!, parsed.GetValue(files)!)
            {
                Signalling = parsed.GetValue(signalling),
                EncryptsUpload = parsed.GetValue(encrypts),
            };
            return (int)await new SendRun(request, terminal).RunAsync(interrupted);
        });
        return command;
    }
}
