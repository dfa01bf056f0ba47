namespace ActorTransfer.Actors.Settings;

/// <summary>Limits of received files, section <c>files</c>; 0 = no limit.</summary>
/// <param name="MaxSize">Bytes of one file.</param>
/// <param name="QuotaPerPeer">Bytes of one peer (bare JID) in a period.</param>
/// <param name="QuotaTotal">Bytes of all peers in a period.</param>
/// <param name="QuotaPeriod">After it, usage returns to 0.</param>
internal sealed record FileLimits(long MaxSize, long QuotaPerPeer, long QuotaTotal, TimeSpan QuotaPeriod)
{
    /// <summary>Whether there is any quota.</summary>
    public bool AnyQuota => (QuotaPerPeer | QuotaTotal) != 0;

    internal static FileLimits Read(SettingsReader reader) => new(
        reader.Size("files.max-size"), reader.Size("files.quota-per-peer"), reader.Size("files.quota-total"), reader.Time("files.quota-period"));
}
