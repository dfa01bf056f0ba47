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

    public static readonly LogLine AccountOpened = new(8101, nameof(AccountOpened), LogLevel.InfoLevel, "Account {Account} lives on this node now");

    public static readonly LogLine AccountClosed = new(
        8102, nameof(AccountClosed), LogLevel.InfoLevel, "Account {Account} does not live on this node any more");

    public static readonly LogLine AccountUnknown = new(8103, nameof(AccountUnknown), LogLevel.WarningLevel, "The directory has no account {Account}");

    public static readonly LogLine AccountNotOpened = new(
        8104, nameof(AccountNotOpened), LogLevel.WarningLevel, "Account {Account} cannot be opened: {Reason}; next attempt in {Delay}");

    public static readonly LogLine HandOverLate = new(
        8108, nameof(HandOverLate), LogLevel.WarningLevel, "What the previous node of account {Account} left came too late: it has logged in anew");

    public static readonly LogLine AccountsStarted = new(
        8105, nameof(AccountsStarted), LogLevel.InfoLevel, "{Count} accounts of the directory live on a node");

    public static readonly LogLine AccountsNotStarted = new(
        8107, nameof(AccountsNotStarted), LogLevel.WarningLevel, "{Count} accounts of the directory do not live on a node yet; next attempt in {Delay}");

    public static readonly LogLine AccountsNotRead = new(
        8106, nameof(AccountsNotRead), LogLevel.ErrorLevel, "The names of the accounts cannot be read: {Reason}");
}
