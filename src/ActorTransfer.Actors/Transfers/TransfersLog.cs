using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The log of transfers: one line for each event in the life of a transfer, none for its bytes.</summary>
internal static class TransfersLog
{
    public static readonly LogLine TransferQueued = new(3001, nameof(TransferQueued), LogLevel.DebugLevel, "Transfer {TransferId} is queued: limit {Limit}");

    public static readonly LogLine OfferSent = new(
        3002, nameof(OfferSent), LogLevel.InfoLevel, "Transfer {TransferId}: offering {Peer} {File}, {Bytes} bytes, session {SessionId}, by {Signalling}");

    public static readonly LogLine OfferReceived = new(
        3003, nameof(OfferReceived), LogLevel.InfoLevel, "Transfer {TransferId}: {Peer} offers {File}, {Bytes} bytes, session {SessionId}");

    public static readonly LogLine OfferRefused = new(3004, nameof(OfferRefused), LogLevel.InfoLevel, "Refused an offer of {Peer}: {Condition}");

    public static readonly LogLine ResourceFound = new(3005, nameof(ResourceFound), LogLevel.InfoLevel, "Transfer {TransferId}: the offer goes to {Peer}");

    public static readonly LogLine OfferAccepted = new(3006, nameof(OfferAccepted), LogLevel.InfoLevel, "Transfer {TransferId}: the offer was accepted");

    public static readonly LogLine MethodSelected = new(3007, nameof(MethodSelected), LogLevel.InfoLevel, "Transfer {TransferId} uses {Method} via {EndPoint}");

    public static readonly LogLine InBandSelected = new(3008, nameof(InBandSelected), LogLevel.InfoLevel, "Transfer {TransferId} uses {Method}");

    public static readonly LogLine StateEntered = new(3009, nameof(StateEntered), LogLevel.DebugLevel, "Transfer {TransferId} entered {State}");

    public static readonly LogLine TransferEnded = new(
        3010, nameof(TransferEnded), LogLevel.InfoLevel, "Transfer {TransferId} ended: {Outcome}; {Bytes} bytes by {Method} in {Duration}");

    public static readonly LogLine DrainTimedOut = new(
        3011, nameof(DrainTimedOut), LogLevel.WarningLevel, "{Count} transfers did not end in time and are cancelled; received bytes are kept for resumption");

    public static readonly LogLine LimitsReloaded = new(
        3012, nameof(LimitsReloaded), LogLevel.InfoLevel, "Reloaded the limits of transfers; {Count} are active or queued");

    public static readonly LogLine FeaturesUnknown = new(
        3013, nameof(FeaturesUnknown), LogLevel.InfoLevel, "{Peer} did not say what it supports ({Reason}); files are offered by stream initiation");

    public static readonly LogLine SignallingUnsupported = new(
        3014, nameof(SignallingUnsupported), LogLevel.InfoLevel, "Transfer {TransferId}: trying another signalling with {Peer}: {Outcome}");

    public static readonly LogLine FileRequested = new(
        3015, nameof(FileRequested), LogLevel.InfoLevel, "Transfer {TransferId}: {Peer} requests {File}, {Bytes} bytes, session {SessionId}");

    public static readonly LogLine UploadBegan = new(
        3020, nameof(UploadBegan), LogLevel.InfoLevel, "Transfer {TransferId}: uploading {File}, {Bytes} bytes, for {Peer}");

    public static readonly LogLine UploadInstead = new(
        3021, nameof(UploadInstead), LogLevel.InfoLevel, "Transfer {TransferId} continues as an upload, because it failed otherwise: {Outcome}");

    public static readonly LogLine FileShared = new(
        3022, nameof(FileShared), LogLevel.InfoLevel, "Transfer {TransferId}: {Peer} shares {File} at {EndPoint}");
}
