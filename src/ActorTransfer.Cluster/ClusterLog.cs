using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Cluster;

/// <summary>The log of the cluster.</summary>
internal static class ClusterLog
{
    public static readonly LogLine HubStarted = new(8001, nameof(HubStarted), LogLevel.InfoLevel, "This node holds the shared connection {Account} now");

    public static readonly LogLine HubStopped = new(
        8002, nameof(HubStopped), LogLevel.InfoLevel, "This node does not hold the shared connection {Account} any more");

    public static readonly LogLine NodeJoined = new(
        8003, nameof(NodeJoined), LogLevel.InfoLevel, "Shared connection {Account}: node {EndPoint} joined; {Count} nodes now");

    public static readonly LogLine NodeLeft = new(
        8004, nameof(NodeLeft), LogLevel.InfoLevel, "Shared connection {Account}: node {EndPoint} left; {Count} nodes now");

    public static readonly LogLine HubFailed = new(
        8005, nameof(HubFailed), LogLevel.ErrorLevel, "Shared connection {Account} failed to handle a message and continues with the next one: {Reason}");
}
