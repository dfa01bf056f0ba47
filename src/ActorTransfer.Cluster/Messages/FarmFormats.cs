using System.Collections.Immutable;
using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>The formats of <see cref="FarmMessage"/>.</summary>
internal static class FarmFormats
{
    public static ImmutableArray<MessageFormat> All { get; } =
    [
        MessageFormat.Of<FarmMessage.State>("farm.state", WriteState, ReadState),
        MessageFormat.Of<FarmMessage.Users>("farm.users", static (users, output) => output.Write(1, users.Active, WriteUser), ReadUsers),
        MessageFormat.Of<FarmMessage.Ended>("farm.ended", static (ended, output) => output.Write(1, ended.Pairs, WriteUser), ReadEnded),
        MessageFormat.Of<FarmMessage.Find>("farm.find", WriteFind, ReadFind),
        MessageFormat.Of<FarmMessage.Found>("farm.found", WriteFound, ReadFound),
        MessageFormat.Of<FarmMessage.Share>("farm.share", WriteShare, ReadShare),
    ];

    private static void WriteState(FarmMessage.State state, CodedOutputStream output)
    {
        output.Write(1, state.Hosts, WriteHost);
        output.Write(2, state.Waiting);
        output.Write(3, state.Active);
        output.Write(4, state.IsFull);
        output.Write(5, state.IsDraining);
    }

    private static FarmMessage.State ReadState(CodedInputStream input) =>
        input.Read(new FarmMessage.State([], 0, 0, false, false), (state, field) => field switch
        {
            1 => state with { Hosts = state.Hosts.Add(input.ReadItem(ReadHost)) },
            2 => state with { Waiting = input.ReadSInt32() },
            3 => state with { Active = input.ReadSInt32() },
            4 => state with { IsFull = input.ReadBool() },
            5 => state with { IsDraining = input.ReadBool() },
            _ => null,
        });

    private static void WriteHost(HostName host, CodedOutputStream output)
    {
        output.Write(1, host.Host);
        output.Write(2, host.Port);
    }

    private static HostName ReadHost(CodedInputStream input) => input.Read(new HostName("", 0), (host, field) => field switch
    {
        1 => host with { Host = input.ReadString() },
        2 => host with { Port = input.ReadSInt32() },
        _ => null,
    });

    private static void WriteUser(UserPairs user, CodedOutputStream output)
    {
        output.Write(1, user.User);
        output.Write(2, user.Pairs);
    }

    private static UserPairs ReadUser(CodedInputStream input) => input.Read(new UserPairs("", 0), (user, field) => field switch
    {
        1 => user with { User = input.ReadString() },
        2 => user with { Pairs = input.ReadSInt32() },
        _ => null,
    });

    private static FarmMessage.Users ReadUsers(CodedInputStream input) => new(input.ReadList(ReadUser));

    private static FarmMessage.Ended ReadEnded(CodedInputStream input) => new(input.ReadList(ReadUser));

    private static void WriteFind(FarmMessage.Find find, CodedOutputStream output)
    {
        output.Write(1, find.Number);
        output.Write(2, find.Activation);
    }

    private static FarmMessage.Find ReadFind(CodedInputStream input) => input.Read(new FarmMessage.Find(0, ""), (find, field) => field switch
    {
        1 => find with { Number = input.ReadSInt32() },
        2 => find with { Activation = input.ReadString() },
        _ => null,
    });

    private static void WriteFound(FarmMessage.Found found, CodedOutputStream output)
    {
        output.Write(1, found.Number);
        output.Write(2, found.HasPair);
    }

    private static FarmMessage.Found ReadFound(CodedInputStream input) => input.Read(new FarmMessage.Found(0, false), (found, field) => field switch
    {
        1 => found with { Number = input.ReadSInt32() },
        2 => found with { HasPair = input.ReadBool() },
        _ => null,
    });

    private static void WriteShare(FarmMessage.Share share, CodedOutputStream output)
    {
        output.Write(1, share.User);
        output.Write(2, share.Nodes);
    }

    private static FarmMessage.Share ReadShare(CodedInputStream input) => input.Read(new FarmMessage.Share("", 0), (share, field) => field switch
    {
        1 => share with { User = input.ReadString() },
        2 => share with { Nodes = input.ReadSInt32() },
        _ => null,
    });
}
