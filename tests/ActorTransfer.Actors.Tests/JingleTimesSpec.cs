using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.JingleSessions;
using Akka.Configuration;

namespace ActorTransfer.Actors.Tests;

public sealed class JingleTimesSpec
{
    /// <summary>Chosen for the peers that exist: Conversations reports no result, Gajim tries candidates for 30 s and may never accept another transport.</summary>
    [Theory]
    [InlineData(JingleTimer.Collecting, 5)]
    [InlineData(JingleTimer.Confirmation, 30)]
    [InlineData(JingleTimer.Offer, 600)]
    [InlineData(JingleTimer.Decision, 600)]
    [InlineData(JingleTimer.Candidates, 20)]
    [InlineData(JingleTimer.PeerCandidates, 5)]
    [InlineData(JingleTimer.OwnLink, 20)]
    [InlineData(JingleTimer.PeerActivation, 20)]
    [InlineData(JingleTimer.Replacement, 10)]
    [InlineData(JingleTimer.ReplacementAnswer, 20)]
    [InlineData(JingleTimer.InBandOpen, 20)]
    [InlineData(JingleTimer.Bytes, 120)]
    [InlineData(JingleTimer.Checksum, 5)]
    [InlineData(JingleTimer.End, 15)]
    [InlineData(JingleTimer.Reason, 2)]
    [InlineData(JingleTimer.Confirmed, 2)]
    internal void Session_must_wait_so_many_seconds(JingleTimer timer, int seconds)
    {
        var settings = EngineSettings.Read(Config.Empty);
        Assert.Equal(TimeSpan.FromSeconds(seconds), JingleTimes.Of(timer, settings, sends: true));
        Assert.Equal(TimeSpan.FromSeconds(seconds), JingleTimes.Of(timer, settings, sends: false));
    }
}
