using ActorTransfer.Cluster.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Cluster.Tests.Nodes;

public sealed class SuspensionDetectorTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Process_that_did_not_execute_must_be_detected_for_a_while()
    {
        var detector = new SuspensionDetector(_clock);
        _clock.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal(SuspensionDetector.Caution, detector.Hold());
        Execute(detector, seconds: 20);
        Assert.Equal(TimeSpan.FromSeconds(10), detector.Hold());
        Execute(detector, seconds: 10);
        Assert.Equal(TimeSpan.Zero, detector.Hold());
    }

    [Fact]
    public void Process_that_executes_must_not_be_taken_for_suspended()
    {
        var detector = new SuspensionDetector(_clock);
        Execute(detector, seconds: 100);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, detector.Hold());
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
