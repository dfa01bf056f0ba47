using ActorTransfer.Protocol;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>
/// The attributes of metrics and spans. Each has the word that log properties, JSON events and settings use, below <c>actortransfer</c>;
/// <c>error.type</c> and <c>network.type</c> are OpenTelemetry's.
/// </summary>
internal static class MetricAttributes
{
    public const string Role = "actortransfer.role";
    public const string Method = "actortransfer.method";
    public const string State = "actortransfer.state";
    public const string Outcome = "actortransfer.outcome";
    public const string Side = "actortransfer.side";
    public const string Limit = "actortransfer.limit";
    public const string Account = "actortransfer.account";
    public const string Reason = "actortransfer.reason";
    public const string Namespace = "actortransfer.namespace";
    public const string Stanza = "actortransfer.stanza";
    public const string Condition = "actortransfer.condition";
    public const string ErrorType = "error.type";
    public const string NetworkType = "network.type";

    public static KeyValuePair<string, object?> Of(string name, string? value) => new(name, value);

    public static KeyValuePair<string, object?> RoleOf(bool sends) => new(Role, sends ? "initiator" : "target");

    public static KeyValuePair<string, object?> Of<T>(string name, T value)
        where T : struct, Enum => new(name, HyphenatedName.Of(value));
}
