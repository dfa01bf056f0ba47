using System.Globalization;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Events as text lines.</summary>
internal static class ProxyLines
{
    /// <summary>The line of an event; null for those that belong on the error writer.</summary>
    public static string? Of(ProxyEvent happened) => happened switch
    {
        ProxyEvent.Ready ready => $"Ready as {ready.Jid}, listening on {List(ready.Listen)}; public: {List(ready.Public)}; allowed: {Users(ready)}",
        ProxyEvent.Page page => $"Live page at {page.Address}",
        ProxyEvent.Status status => Of(status),
        ProxyEvent.Connection { IsUp: true } => "Connected to the server again",
        ProxyEvent.Connection lost => $"Connection to the server lost: {Words.Printable(lost.Reason ?? "")}; reconnecting, active pairs continue",
        ProxyEvent.Nodes nodes => string.Create(CultureInfo.InvariantCulture, $"Nodes of the cluster: {nodes.Up}, unreachable: {nodes.Unreachable}"),
        ProxyEvent.Reloaded reloaded => $"Configuration reloaded; allowed: {List(reloaded.Allow)}",
        ProxyEvent.Draining { Pairs: 0 } => "Stopping; no active pairs",
        ProxyEvent.Draining draining => string.Create(
            CultureInfo.InvariantCulture,
            $"Stopping when {draining.Pairs} active {(draining.Pairs == 1 ? "pair has" : "pairs have")} finished; new pairs are refused; "
            + $"a second signal stops at once"),
        ProxyEvent.Stopped => "Stopped",
        _ => null,
    };

    /// <summary>For example <c>3 pending, 120 active, 812.5 MB/s, 33.1 set-ups/s; 1.2 GB, 4711 set-ups in all; refused: acl 3</c>. MB = 10^6 bytes.</summary>
    public static string Of(ProxyEvent.Status status)
    {
        var now = string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Pending} pending, {status.Active} active, {status.BytesPerSecond / 1e6:0.0} MB/s, {status.SetUpsPerSecond:0.0} set-ups/s; "
            + $"{ByteSize.Format(status.Bytes)}, {status.SetUps} set-ups in all");
        var refusals = status.Refusals.Select(refusal => string.Create(CultureInfo.InvariantCulture, $"{refusal.Key} {refusal.Value}"));
        return status.Refusals.IsEmpty ? now : $"{now}; refused: {string.Join(", ", refusals)}";
    }

    /// <summary>The line of a failure, for the error writer.</summary>
    public static string Of(ProxyEvent.Failed failed) => Remark(failed.Failure.Detail);

    public static string Remark(string text) => $"actor-transfer: {Words.Printable(text)}";

    private static string Users(ProxyEvent.Ready ready) => ready.IsAllowChosen
        ? List(ready.Allow)
        : $"{List(ready.Allow)} and its users (the default; change it with --allow)";

    private static string List(IEnumerable<string> words) => string.Join(", ", words.Select(word => word == "*" ? "everyone" : word));
}
