namespace ActorTransfer.Cli.Proxy;

/// <summary>Computes rates from two readings of the totals.</summary>
internal sealed class ProxyMeter(TimeProvider time)
{
    private long _at = time.GetTimestamp();
    private long _bytes;
    private long _setUps;

    public ProxyEvent.Status Read(BytestreamsProxy.Status status)
    {
        var seconds = time.GetElapsedTime(_at).TotalSeconds;
        var read = new ProxyEvent.Status(
            status.Waiting, status.Active, Rate(status.Bytes - _bytes), Rate(status.SetUps - _setUps), status.Bytes, status.SetUps, status.Refusals);
        (_at, _bytes, _setUps) = (time.GetTimestamp(), status.Bytes, status.SetUps);
        return read;

        double Rate(long count) => seconds > 0 ? count / seconds : 0;
    }
}
