namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>http</c> (XEP-0363).</summary>
internal sealed record HttpSettings(
    TimeSpan Discovery, TimeSpan Slot, TimeSpan Connect, TimeSpan RetryDelay, TimeSpan Message, bool PlainHttpOnLoopback)
{
    internal static HttpSettings Read(SettingsReader reader) => new(
        reader.Time("http.discovery"),
        reader.Time("http.slot"),
        reader.Time("http.connect"),
        reader.Time("http.retry-delay"),
        reader.Time("http.message"),
        reader.Switch("http.plain-http-on-loopback"));
}
