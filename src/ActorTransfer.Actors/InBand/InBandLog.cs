using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors.InBand;

/// <summary>The log of in-band bytestreams.</summary>
internal static class InBandLog
{
    public static readonly LogLine OrderLost = new(
        4001, nameof(OrderLost), LogLevel.InfoLevel, "{Peer} does not handle in-band blocks in order; it gets one at a time from now on");

    public static readonly LogLine SenderOpened = new(
        4002, nameof(SenderOpened), LogLevel.DebugLevel, "In-band bytestream to {Peer} is open with blocks of {Bytes} bytes");

    public static readonly LogLine ReceiverOpened = new(
        4003, nameof(ReceiverOpened), LogLevel.DebugLevel, "In-band bytestream from {Peer} is open with blocks of {Bytes} bytes");

    public static readonly LogLine ReceiverFailed = new(4004, nameof(ReceiverFailed), LogLevel.DebugLevel, "In-band bytestream from {Peer} failed: {Reason}");
}
