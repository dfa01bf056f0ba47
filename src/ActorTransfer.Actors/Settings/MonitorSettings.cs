namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>monitor</c>.</summary>
/// <param name="MaxEnded">Ended transfers kept, of each kind.</param>
/// <param name="MaxConversations">Conversations kept.</param>
/// <param name="MaxLines">Stanzas and states kept of each conversation.</param>
/// <param name="Throughput">How long samples of the throughput are kept.</param>
internal sealed record MonitorSettings(int MaxEnded, int MaxConversations, int MaxLines, TimeSpan Throughput)
{
    internal static MonitorSettings Read(SettingsReader reader) => new(
        reader.Count("monitor.max-ended"),
        reader.Count("monitor.max-conversations"),
        reader.Count("monitor.max-lines"),
        reader.Time("monitor.throughput"));
}
