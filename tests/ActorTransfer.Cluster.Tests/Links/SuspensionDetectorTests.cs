using ActorTransfer.Cluster.Links;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Cluster.Tests.Links;

public sealed class SuspensionDetectorTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Process_that_did_not_execute_must_be_detected_for_a_while()
    {
        var detector = new SuspensionDetector(_clock);
        _clock.Advance(TimeSpan.FromSeconds(12));
        Assert.True(detector.WasSuspended(s_minute));
        Execute(detector, seconds: 50);
        Assert.True(detector.WasSuspended(s_minute));
        Execute(detector, seconds: 10);
        Assert.False(detector.WasSuspended(s_minute));
    }

    [Fact]
    public void Process_that_executes_must_not_be_taken_for_suspended()
    {
        var detector = new SuspensionDetector(_clock);
        Execute(detector, seconds: 100);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.False(detector.WasSuspended(s_minute));
    }

    private void Execute(SuspensionDetector detector, int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            _clock.Advance(SuspensionDetector.Interval);
            detector.Beat();
        }
    }
}
