using System.Collections.Immutable;
using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>in-band</c>: bytestreams in stanzas (XEP-0047).</summary>
internal sealed record InBandSettings(
    long MaxFileSize,
    int BlockSize,
    int MinBlockSize,
    int Window,
    ImmutableArray<string> InOrderSoftware,
    TimeSpan OpenTimeout,
    TimeSpan AckTimeout,
    TimeSpan CloseTimeout,
    TimeSpan RetryDelay,
    int MaxRetries,
    int MaxBlockSize,
    int ReceiveBuffer,
    int ReceiveBacklog,
    int ReceiveMemory,
    TimeSpan AckDelay,
    bool AcceptMessages,
    bool StrictBase64)
{
    /// <summary>An acknowledgement that takes longer than this part of <see cref="AckTimeout"/> shrinks the window.</summary>
    private const int SlowPart = 5;

    /// <summary>Limits the unacknowledged bytes of the window, so that its last block is acknowledged in time on a slow connection.</summary>
    public TimeSpan SlowAck => AckTimeout / SlowPart;

    internal static InBandSettings Read(SettingsReader reader) => new(
        reader.Bytes("in-band.max-file-size", 0, int.MaxValue),
        reader.Bytes("in-band.block-size", 1, IbbOpen.MaxBlockSize),
        reader.Bytes("in-band.min-block-size", 1, IbbOpen.MaxBlockSize),
        reader.Count("in-band.window"),
        reader.List("in-band.in-order-software", name => name),
        reader.Time("in-band.open-timeout"),
        reader.Time("in-band.ack-timeout"),
        reader.Time("in-band.close-timeout"),
        reader.Time("in-band.retry-delay"),
        reader.Count("in-band.max-retries"),
        reader.Bytes("in-band.max-block-size", 1, IbbOpen.MaxBlockSize),
        reader.Bytes("in-band.receive-buffer", IbbOpen.MaxBlockSize + 1, 64 << 20),
        reader.Bytes("in-band.receive-backlog", 0, 64 << 20),
        reader.Bytes("in-band.receive-memory", 1 << 20, int.MaxValue),
        reader.Time("in-band.ack-delay"),
        reader.Switch("in-band.accept-messages"),
        reader.Switch("in-band.strict-base64"));
}
