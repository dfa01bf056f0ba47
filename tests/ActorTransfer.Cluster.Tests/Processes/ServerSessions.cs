using System.Globalization;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>The sessions of accounts as the server has seen them, which the module <c>mod_test_sessions</c> writes to a file.</summary>
internal sealed class ServerSessions(string path)
{
    private static readonly FileStreamOptions s_reading = new() { Share = FileShare.ReadWrite | FileShare.Delete };

    /// <summary>All begins and ends of sessions, in the order of the server.</summary>
    public IReadOnlyList<SessionEvent> All()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(path, s_reading);
        var lines = reader.ReadToEnd().Split('\n');
        return [.. lines.SkipLast(1).Select(line => line.Split(' ', 4)).Select(fields => new SessionEvent(
            DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(fields[0], CultureInfo.InvariantCulture)), Jid.Parse(fields[2]), fields[1] == "bound", fields[3]))];
    }

    /// <summary>Accounts that are logged in.</summary>
    public HashSet<Jid> Online() => [.. All().GroupBy(one => one.Session.Bare).Where(events => events.Last().IsBound).Select(events => events.Key)];

    /// <summary>Sessions that the server has closed because another one of the same address began.</summary>
    public IReadOnlyList<SessionEvent> Replaced(DateTimeOffset since) =>
        [.. All().Where(one => !one.IsBound && one.At >= since && one.Reason.Contains("Replaced", StringComparison.Ordinal))];

    /// <summary>Each account has at most one session at a time, always with the same address.</summary>
    public void MustBeSingle()
    {
        var bound = new HashSet<Jid>();
        foreach (var (_, session, isBound, _) in All())
        {
            Assert.Equal("actor-transfer", session.Resource);
            Assert.True(isBound ? bound.Add(session) : bound.Remove(session), $"{session} began or ended twice");
        }
    }
}

/// <summary>Begin or end of a session.</summary>
internal sealed record SessionEvent(DateTimeOffset At, Jid Session, bool IsBound, string Reason);
