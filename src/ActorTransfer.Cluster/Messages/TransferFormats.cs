using System.Collections.Immutable;
using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>The formats of the <see cref="AccountMessage"/>s of a transfer that has begun.</summary>
internal static class TransferFormats
{
    public static ImmutableArray<MessageFormat> All { get; } =
    [
        MessageFormat.Of<AccountMessage.Cancel>("transfer.cancel", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<AccountMessage.Pause>("transfer.pause", static (pause, output) => output.Write(1, pause.IsPaused), ReadPause),
        MessageFormat.Of<AccountMessage.Queued>("transfer.queued", static (queued, output) => output.Write(1, queued.Limit), ReadQueued),
        MessageFormat.Of<AccountMessage.Entered>("transfer.entered", WriteEntered, ReadEntered),
        MessageFormat.Of<AccountMessage.Paused>("transfer.paused", static (paused, output) => output.Write(1, paused.IsPaused), ReadPaused),
        MessageFormat.Of<AccountMessage.PeerFound>("transfer.peer-found", static (found, output) => output.Write(1, found.Peer), ReadPeerFound),
        MessageFormat.Of<AccountMessage.SignallingSelected>(
            "transfer.signalling-selected", static (selected, output) => output.Write(1, selected.Signalling), ReadSignalling),
        MessageFormat.Of<AccountMessage.MethodSelected>("transfer.method-selected", WriteMethod, ReadMethod),
        MessageFormat.Of<AccountMessage.Progressed>("transfer.progressed", WriteProgressed, ReadProgressed),
        MessageFormat.Of<AccountMessage.Ended>("transfer.ended", WriteEnded, ReadEnded),
    ];

    private static AccountMessage.Pause ReadPause(CodedInputStream input) =>
        input.Read(new AccountMessage.Pause(false), (pause, field) => field == 1 ? new(input.ReadBool()) : null);

    private static AccountMessage.Queued ReadQueued(CodedInputStream input) =>
        input.Read(new AccountMessage.Queued(0), (queued, field) => field == 1 ? new(input.ReadSInt32()) : null);

    private static AccountMessage.Paused ReadPaused(CodedInputStream input) =>
        input.Read(new AccountMessage.Paused(false), (paused, field) => field == 1 ? new(input.ReadBool()) : null);

    private static AccountMessage.PeerFound ReadPeerFound(CodedInputStream input) =>
        input.Read(new AccountMessage.PeerFound(""), (found, field) => field == 1 ? new(input.ReadString()) : null);

    private static AccountMessage.SignallingSelected ReadSignalling(CodedInputStream input) =>
        input.Read(new AccountMessage.SignallingSelected(0), (selected, field) => field == 1 ? new(input.ReadSInt32()) : null);

    private static void WriteEntered(AccountMessage.Entered entered, CodedOutputStream output)
    {
        output.Write(1, entered.State);
        output.Write(2, entered.At);
        output.Write(3, entered.Self);
    }

    private static AccountMessage.Entered ReadEntered(CodedInputStream input) =>
        input.Read(new AccountMessage.Entered(0, 0, ""), (entered, field) => field switch
        {
            1 => entered with { State = input.ReadSInt32() },
            2 => entered with { At = input.ReadSInt64() },
            3 => entered with { Self = input.ReadString() },
            _ => null,
        });

    private static void WriteMethod(AccountMessage.MethodSelected selected, CodedOutputStream output)
    {
        output.Write(1, selected.Method);
        output.Write(2, selected.Host);
    }

    private static AccountMessage.MethodSelected ReadMethod(CodedInputStream input) =>
        input.Read(new AccountMessage.MethodSelected(0, ""), (selected, field) => field switch
        {
            1 => selected with { Method = input.ReadSInt32() },
            2 => selected with { Host = input.ReadString() },
            _ => null,
        });

    private static void WriteProgressed(AccountMessage.Progressed progressed, CodedOutputStream output)
    {
        output.Write(1, progressed.Bytes);
        output.Write(2, progressed.Total);
    }

    private static AccountMessage.Progressed ReadProgressed(CodedInputStream input) =>
        input.Read(new AccountMessage.Progressed(0, 0), (progressed, field) => field switch
        {
            1 => progressed with { Bytes = input.ReadSInt64() },
            2 => progressed with { Total = input.ReadSInt64() },
            _ => null,
        });

    private static void WriteEnded(AccountMessage.Ended ended, CodedOutputStream output)
    {
        output.Write(1, ended.Kind);
        output.Write(2, ended.Phase);
        output.Write(3, ended.Side);
        output.Write(4, ended.Reason);
        output.Write(5, ended.Detail);
        output.Write(6, ended.Bytes);
        output.Write(7, ended.Sha256);
        output.Write(8, ended.Method);
        output.Write(9, ended.Delivery);
    }

    private static AccountMessage.Ended ReadEnded(CodedInputStream input) =>
        input.Read(new AccountMessage.Ended(0, 0, 0, 0, "", 0, "", 0, 0), (ended, field) => field switch
        {
            1 => ended with { Kind = input.ReadSInt32() },
            2 => ended with { Phase = input.ReadSInt32() },
            3 => ended with { Side = input.ReadSInt32() },
            4 => ended with { Reason = input.ReadSInt32() },
            5 => ended with { Detail = input.ReadString() },
            6 => ended with { Bytes = input.ReadSInt64() },
            7 => ended with { Sha256 = input.ReadString() },
            8 => ended with { Method = input.ReadSInt32() },
            9 => ended with { Delivery = input.ReadSInt32() },
            _ => null,
        });
}
