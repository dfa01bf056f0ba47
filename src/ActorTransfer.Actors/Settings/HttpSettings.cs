namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>http</c> (XEP-0363, XEP-0447).</summary>
internal sealed record HttpSettings(
    TimeSpan Discovery,
    TimeSpan Slot,
    TimeSpan Connect,
    TimeSpan RetryDelay,
    TimeSpan Message,
    bool PlainHttpOnLoopback,
    bool Receive,
    int MaxRedirects,
    int MaxAttempts)
{
    internal static HttpSettings Read(SettingsReader reader) => new(
        reader.Time("http.discovery"),
        reader.Time("http.slot"),
        reader.Time("http.connect"),
        reader.Time("http.retry-delay"),
        reader.Time("http.message"),
        reader.Switch("http.plain-http-on-loopback"),
        reader.Switch("http.receive"),
        reader.CountOrOff("http.max-redirects"),
        reader.Count("http.max-attempts"));
}
