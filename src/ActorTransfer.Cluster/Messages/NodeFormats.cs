using System.Collections.Immutable;
using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>The formats of <see cref="NodeMessage"/>.</summary>
internal static class NodeFormats
{
    public static ImmutableArray<MessageFormat> All { get; } =
    [
        MessageFormat.Of<NodeMessage.Leaving>("node.leaving", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<NodeMessage.GetReport>("node.get-report", static (_, _) => { }, static _ => new()),
        MessageFormat.Of<NodeMessage.Report>("node.report", WriteReport, ReadReport),
    ];

    private static void WriteReport(NodeMessage.Report report, CodedOutputStream output)
    {
        output.Write(1, report.Connections);
        output.Write(2, report.Accounts);
        output.Write(3, report.Moving);
        output.Write(4, report.Places, WritePlace);
    }

    private static NodeMessage.Report ReadReport(CodedInputStream input)
    {
        var places = ImmutableArray.CreateBuilder<AccountPlace>();
        var report = input.Read(new NodeMessage.Report([], 0, 0, []), (report, field) =>
        {
            switch (field)
            {
                case 1:
                    return report with { Connections = report.Connections.Add(input.ReadString()) };
                case 2:
                    return report with { Accounts = input.ReadSInt32() };
                case 3:
                    return report with { Moving = input.ReadSInt32() };
                case 4:
                    places.Add(input.ReadItem(ReadPlace));
                    return report;
                default:
                    return null;
            }
        });
        return report with { Places = places.DrainToImmutable() };
    }

    private static void WritePlace(AccountPlace place, CodedOutputStream output)
    {
        output.Write(1, place.Name);
        output.Write(2, place.IsMoving);
    }

    private static AccountPlace ReadPlace(CodedInputStream input) => input.Read(new AccountPlace("", false), (place, field) => field switch
    {
        1 => place with { Name = input.ReadString() },
        2 => place with { IsMoving = input.ReadBool() },
        _ => null,
    });
}
