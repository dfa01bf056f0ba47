namespace ActorTransfer.Hosting.Internal;

/// <summary>Names in the data of health checks.</summary>
internal static class HealthData
{
    public const string Engine = "engine";
    public const string Transfers = "transfers";
    public const string StreamHost = "stream-host";
    public const string Disk = "disk";
    public const string Cluster = "cluster";

    public static string Account(string name) => $"account {name}";

    public static string Proxy(Jid proxy) => $"proxy {proxy}";
}
