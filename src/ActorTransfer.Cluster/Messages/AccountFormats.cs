using System.Collections.Immutable;
using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>The formats of <see cref="AccountMessage"/>.</summary>
internal static class AccountFormats
{
    public static ImmutableArray<MessageFormat> All { get; } =
    [
        MessageFormat.Of<AccountMessage.Start>("account.start", static (start, output) => output.Write(1, start.Account), ReadStart),
        MessageFormat.Of<AccountMessage.Started>("account.started", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<AccountMessage.Locate>("account.locate", static (locate, output) => output.Write(1, locate.Account), ReadLocate),
        MessageFormat.Of<AccountMessage.Located>("account.located", WriteLocated, ReadLocated),
        MessageFormat.Of<AccountMessage.Reload>("account.reload", static (reload, output) => output.Write(1, reload.Account), ReadReload),
        MessageFormat.Of<AccountMessage.HandOver>("account.hand-over", WriteHandOver, ReadHandOver),
        MessageFormat.Of<AccountMessage.FindResource>("account.find-resource", WriteFindResource, ReadFindResource),
        MessageFormat.Of<AccountMessage.ResourceFound>("account.resource-found", WriteResourceFound, ReadResourceFound),
        MessageFormat.Of<AccountMessage.Send>("account.send", WriteSend, ReadSend),
        MessageFormat.Of<AccountMessage.Sent>("account.sent", WriteSent, ReadSent),
        MessageFormat.Of<AccountMessage.NotSent>("account.not-sent", WriteNotSent, ReadNotSent),
        .. TransferFormats.All,
    ];

    private static AccountMessage.Start ReadStart(CodedInputStream input) =>
        input.Read(new AccountMessage.Start(""), (start, field) => field == 1 ? new(input.ReadString()) : null);

    private static AccountMessage.Locate ReadLocate(CodedInputStream input) =>
        input.Read(new AccountMessage.Locate(""), (locate, field) => field == 1 ? new(input.ReadString()) : null);

    private static AccountMessage.Reload ReadReload(CodedInputStream input) =>
        input.Read(new AccountMessage.Reload(""), (reload, field) => field == 1 ? new(input.ReadString()) : null);

    private static void WriteLocated(AccountMessage.Located located, CodedOutputStream output)
    {
        output.Write(1, located.Node);
        output.Write(2, located.Jid);
        output.Write(3, located.Self);
        output.Write(4, located.Reason);
        output.Write(5, located.IsForGood);
        output.Write(6, located.Fault);
    }

    private static AccountMessage.Located ReadLocated(CodedInputStream input) =>
        input.Read(new AccountMessage.Located("", "", "", "", false, 0), (located, field) => field switch
        {
            1 => located with { Node = input.ReadString() },
            2 => located with { Jid = input.ReadString() },
            3 => located with { Self = input.ReadString() },
            4 => located with { Reason = input.ReadString() },
            5 => located with { IsForGood = input.ReadBool() },
            6 => located with { Fault = input.ReadSInt32() },
            _ => null,
        });

    private static void WriteHandOver(AccountMessage.HandOver left, CodedOutputStream output)
    {
        output.Write(1, left.Account);
        output.Write(2, left.Self);
        output.Write(3, left.Session);
        output.Write(4, left.Received);
        output.Write(5, left.Sent);
        output.Write(6, left.Stanzas);
        output.Write(7, left.IsPart);
    }

    private static AccountMessage.HandOver ReadHandOver(CodedInputStream input) =>
        input.Read(new AccountMessage.HandOver("", "", "", 0, 0, [], false), (left, field) => field switch
        {
            1 => left with { Account = input.ReadString() },
            2 => left with { Self = input.ReadString() },
            3 => left with { Session = input.ReadString() },
            4 => left with { Received = input.ReadSInt64() },
            5 => left with { Sent = input.ReadSInt64() },
            6 => left with { Stanzas = left.Stanzas.Add(input.ReadString()) },
            7 => left with { IsPart = input.ReadBool() },
            _ => null,
        });

    private static void WriteFindResource(AccountMessage.FindResource find, CodedOutputStream output)
    {
        output.Write(1, find.Account);
        output.Write(2, find.Contact);
    }

    private static AccountMessage.FindResource ReadFindResource(CodedInputStream input) =>
        input.Read(new AccountMessage.FindResource("", ""), (find, field) => field switch
        {
            1 => find with { Account = input.ReadString() },
            2 => find with { Contact = input.ReadString() },
            _ => null,
        });

    private static void WriteResourceFound(AccountMessage.ResourceFound found, CodedOutputStream output)
    {
        output.Write(1, found.Resource);
        output.Write(2, found.Reason);
        output.Write(3, found.Detail);
    }

    private static AccountMessage.ResourceFound ReadResourceFound(CodedInputStream input) =>
        input.Read(new AccountMessage.ResourceFound("", 0, ""), (found, field) => field switch
        {
            1 => found with { Resource = input.ReadString() },
            2 => found with { Reason = input.ReadSInt32() },
            3 => found with { Detail = input.ReadString() },
            _ => null,
        });

    private static void WriteSend(AccountMessage.Send send, CodedOutputStream output)
    {
        output.Write(1, send.Account);
        output.Write(2, send.From);
        output.Write(3, send.To);
        output.Write(4, send.Path);
        output.Write(5, send.Content);
        output.Write(6, [send.File], WriteFile);
        output.Write(7, send.Methods);
        output.Write(8, send.Proxies);
        output.Write(9, send.TraceParent);
        output.Write(10, send.EncryptsUpload);
        output.Write(11, send.Signalling);
    }

    private static AccountMessage.Send ReadSend(CodedInputStream input) =>
        input.Read(new AccountMessage.Send("", "", "", "", "", new("", 0, 0, "", "", ""), 0, [], "", false, 0), (send, field) => field switch
        {
            1 => send with { Account = input.ReadString() },
            2 => send with { From = input.ReadString() },
            3 => send with { To = input.ReadString() },
            4 => send with { Path = input.ReadString() },
            5 => send with { Content = input.ReadString() },
            6 => send with { File = input.ReadItem(ReadFile) },
            7 => send with { Methods = input.ReadSInt32() },
            8 => send with { Proxies = send.Proxies.Add(input.ReadString()) },
            9 => send with { TraceParent = input.ReadString() },
            10 => send with { EncryptsUpload = input.ReadBool() },
            11 => send with { Signalling = input.ReadSInt32() },
            _ => null,
        });

    private static void WriteFile(OfferedFile file, CodedOutputStream output)
    {
        output.Write(1, file.Name);
        output.Write(2, file.Size);
        output.Write(3, file.Date);
        output.Write(4, file.Md5);
        output.Write(5, file.Description);
        output.Write(6, file.MimeType);
    }

    private static OfferedFile ReadFile(CodedInputStream input) => input.Read(new OfferedFile("", 0, 0, "", "", ""), (file, field) => field switch
    {
        1 => file with { Name = input.ReadString() },
        2 => file with { Size = input.ReadSInt64() },
        3 => file with { Date = input.ReadSInt64() },
        4 => file with { Md5 = input.ReadString() },
        5 => file with { Description = input.ReadString() },
        6 => file with { MimeType = input.ReadString() },
        _ => null,
    });

    private static void WriteSent(AccountMessage.Sent sent, CodedOutputStream output)
    {
        output.Write(1, sent.Id);
        output.Write(2, sent.Node);
    }

    private static AccountMessage.Sent ReadSent(CodedInputStream input) => input.Read(new AccountMessage.Sent(0, 0), (sent, field) => field switch
    {
        1 => sent with { Id = input.ReadSInt64() },
        2 => sent with { Node = input.ReadSInt32() },
        _ => null,
    });

    private static void WriteNotSent(AccountMessage.NotSent refused, CodedOutputStream output)
    {
        output.Write(1, refused.Reason);
        output.Write(2, refused.Detail);
    }

    private static AccountMessage.NotSent ReadNotSent(CodedInputStream input) => input.Read(new AccountMessage.NotSent(0, ""), (refused, field) => field switch
    {
        1 => refused with { Reason = input.ReadSInt32() },
        2 => refused with { Detail = input.ReadString() },
        _ => null,
    });
}
