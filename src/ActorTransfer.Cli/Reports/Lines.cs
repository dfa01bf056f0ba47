using System.Globalization;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cli.Reports;

/// <summary>Events as text lines. Names and texts of others are made printable.</summary>
internal static class Lines
{
    /// <summary>The line of an event; null when it needs none.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="nameOf">The file of a transfer.</param>
    public static string? Of(TransferEvent happened, Func<TransferId, string> nameOf) => happened switch
    {
        TransferEvent.Ready { Folder: { } folder } ready => $"Ready as {ready.Jid}, saving to {folder}",
        TransferEvent.Ready ready => $"Ready as {ready.Jid}",
        TransferEvent.Page page => $"Live page at {page.Address}",
        TransferEvent.Offer { IsIncoming: true } offer => $"{offer.Peer} offers {Words.Printable(offer.Name)}, {Size(offer.Size)}",
        TransferEvent.Offer offer => $"Offered {Words.Printable(offer.Name)}, {Size(offer.Size)}, to {offer.Peer}",
        TransferEvent.Accepted accepted => $"{nameOf(accepted.Id)} was accepted",
        TransferEvent.MethodSelected taken =>
            $"{nameOf(taken.Id)} uses {Words.Printable(Words.Describe(taken.Method))}{(taken.Signalling == Signalling.Jingle ? ", in a Jingle session" : "")}",
        TransferEvent.Completed completed => Of(completed),
        TransferEvent.Failed failed => Of(failed),
        _ => null,
    };

    /// <summary>The line of a failure, for the error writer.</summary>
    public static string Of(TransferEvent.Failed failed)
    {
        var about = failed.Name is { } name ? $"{Words.Printable(name)}: " : "";
        return $"actor-transfer: {about}{Words.Printable(failed.Failure.Detail)}";
    }

    /// <summary>For example <c>24 MB of 64 MB, 312.4 MB/s, 0:01 left</c>. MB = 10^6 bytes.</summary>
    public static string Moved(TransferEvent.Progress progress)
    {
        var moved = progress.Size is { } size ? $"{ByteSize.Format(progress.Bytes)} of {ByteSize.Format(size)}" : ByteSize.Format(progress.Bytes);
        if (progress.Rate < 1)
        {
            return moved;
        }

        if (progress.Size is not { } total)
        {
            return $"{moved}, {ByteSize.Format(progress.Rate)}/s";
        }

        var left = TimeSpan.FromSeconds(Math.Ceiling(Math.Min((total - progress.Bytes) / progress.Rate, 1e7)));
        return string.Create(CultureInfo.InvariantCulture, $"{moved}, {ByteSize.Format(progress.Rate)}/s, {(int)left.TotalMinutes}:{left.Seconds:00} left");
    }

    private static string Size(long? size) => size is { } known ? ByteSize.Format(known) : "of unknown size";

    private static string Of(TransferEvent.Completed completed)
    {
        var (name, seconds) = (Words.Printable(completed.Name), completed.Took.TotalSeconds);
        var where = completed switch
        {
            { IsIncoming: true } => $"received as {Words.Printable(completed.Path ?? "")}",
            { Delivery: Delivery.HandedOver or Delivery.PeerReset } => "sent (arrival unconfirmed)",
            { Delivery: Delivery.Uploaded } => "uploaded, the peer was sent its address (arrival unconfirmed)",
            _ => "sent",
        };
        var hash = completed.Sha256 is { } sha256 ? $", SHA-256 {sha256}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{name} {where}, {ByteSize.Format(completed.Size)} in {seconds:0.0} s{hash}");
    }
}
