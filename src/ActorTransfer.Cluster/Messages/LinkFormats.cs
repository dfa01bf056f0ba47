using System.Collections.Immutable;
using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>The formats of <see cref="LinkMessage"/>.</summary>
internal static class LinkFormats
{
    public static ImmutableArray<MessageFormat> All { get; } =
    [
        MessageFormat.Of<LinkMessage.Register>("link.register", WriteRegister, ReadRegister),
        MessageFormat.Of<LinkMessage.Registered>("link.registered", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<LinkMessage.Load>("link.load", WriteLoad, ReadLoad),
        MessageFormat.Of<LinkMessage.Bind>("link.bind", static (bind, output) => output.Write(1, bind.Sessions, WriteSession), ReadBind),
        MessageFormat.Of<LinkMessage.Unbind>("link.unbind", static (unbind, output) => output.Write(1, unbind.Sessions, WriteSession), ReadUnbind),
        MessageFormat.Of<LinkMessage.Up>("link.up", static (up, output) => output.Write(1, up.Self), ReadUp),
        MessageFormat.Of<LinkMessage.Down>("link.down", WriteDown, ReadDown),
        MessageFormat.Of<LinkMessage.Moving>("link.moving", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<LinkMessage.Held>("link.held", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<LinkMessage.Yield>("link.yield", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<LinkMessage.Write>("link.write", static (write, output) => output.Write(1, write.Stanza), ReadWrite),
        MessageFormat.Of<LinkMessage.Written>("link.written", static (written, output) => output.Write(1, written.Count), ReadWritten),
        MessageFormat.Of<LinkMessage.Deliver>("link.deliver", WriteDeliver, ReadDeliver),
        MessageFormat.Of<LinkMessage.Delivered>("link.delivered", static (delivered, output) => output.Write(1, delivered.Count), ReadDelivered),
        MessageFormat.Of<LinkMessage.Return>("link.return", WriteReturn, ReadReturn),
    ];

    private static void WriteRegister(LinkMessage.Register register, CodedOutputStream output)
    {
        output.Write(1, register.Link);
        output.Write(2, register.Node);
    }

    private static LinkMessage.Register ReadRegister(CodedInputStream input) => input.Read(new LinkMessage.Register("", 0), (register, field) => field switch
    {
        1 => register with { Link = input.ReadString() },
        2 => register with { Node = input.ReadSInt32() },
        _ => null,
    });

    private static void WriteLoad(LinkMessage.Load load, CodedOutputStream output)
    {
        output.Write(1, load.Active);
        output.Write(2, load.Room);
        output.Write(3, load.HasReader);
        output.Write(4, load.IsDraining);
    }

    private static LinkMessage.Load ReadLoad(CodedInputStream input) => input.Read(new LinkMessage.Load(0, 0, false, false), (load, field) => field switch
    {
        1 => load with { Active = input.ReadSInt32() },
        2 => load with { Room = input.ReadSInt32() },
        3 => load with { HasReader = input.ReadBool() },
        4 => load with { IsDraining = input.ReadBool() },
        _ => null,
    });

    private static LinkMessage.Bind ReadBind(CodedInputStream input) => new(input.ReadList(ReadSession));

    private static LinkMessage.Unbind ReadUnbind(CodedInputStream input) => new(input.ReadList(ReadSession));

    private static void WriteSession(SessionName session, CodedOutputStream output)
    {
        output.Write(1, session.Self);
        output.Write(2, session.Peer);
        output.Write(3, session.IsOutgoing);
        output.Write(4, session.SessionId);
        output.Write(5, session.IsJingle);
    }

    private static SessionName ReadSession(CodedInputStream input) => input.Read(new SessionName("", "", false, "", false), (session, field) => field switch
    {
        1 => session with { Self = input.ReadString() },
        2 => session with { Peer = input.ReadString() },
        3 => session with { IsOutgoing = input.ReadBool() },
        4 => session with { SessionId = input.ReadString() },
        5 => session with { IsJingle = input.ReadBool() },
        _ => null,
    });

    private static LinkMessage.Up ReadUp(CodedInputStream input) =>
        input.Read(new LinkMessage.Up(""), (up, field) => field == 1 ? up with { Self = input.ReadString() } : null);

    private static void WriteDown(LinkMessage.Down down, CodedOutputStream output)
    {
        output.Write(1, down.Reason);
        output.Write(2, down.IsForGood);
        output.Write(3, down.Fault);
    }

    private static LinkMessage.Down ReadDown(CodedInputStream input) => input.Read(new LinkMessage.Down("", false, 0), (down, field) => field switch
    {
        1 => down with { Reason = input.ReadString() },
        2 => down with { IsForGood = input.ReadBool() },
        3 => down with { Fault = input.ReadSInt32() },
        _ => null,
    });

    private static LinkMessage.Write ReadWrite(CodedInputStream input) =>
        input.Read(new LinkMessage.Write(""), (write, field) => field == 1 ? write with { Stanza = input.ReadString() } : null);

    private static LinkMessage.Written ReadWritten(CodedInputStream input) =>
        input.Read(new LinkMessage.Written(0), (written, field) => field == 1 ? written with { Count = input.ReadSInt32() } : null);

    private static void WriteDeliver(LinkMessage.Deliver deliver, CodedOutputStream output)
    {
        output.Write(1, deliver.Stanza);
        output.Write(2, deliver.Attempt);
    }

    private static LinkMessage.Deliver ReadDeliver(CodedInputStream input) => input.Read(new LinkMessage.Deliver("", 0), (deliver, field) => field switch
    {
        1 => deliver with { Stanza = input.ReadString() },
        2 => deliver with { Attempt = input.ReadSInt32() },
        _ => null,
    });

    private static LinkMessage.Delivered ReadDelivered(CodedInputStream input) =>
        input.Read(new LinkMessage.Delivered(0), (delivered, field) => field == 1 ? delivered with { Count = input.ReadSInt32() } : null);

    private static void WriteReturn(LinkMessage.Return offer, CodedOutputStream output)
    {
        output.Write(1, offer.Stanza);
        output.Write(2, offer.Attempt);
    }

    private static LinkMessage.Return ReadReturn(CodedInputStream input) => input.Read(new LinkMessage.Return("", 0), (offer, field) => field switch
    {
        1 => offer with { Stanza = input.ReadString() },
        2 => offer with { Attempt = input.ReadSInt32() },
        _ => null,
    });
}
