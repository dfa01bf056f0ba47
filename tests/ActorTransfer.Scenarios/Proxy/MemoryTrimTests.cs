using ActorTransfer.Cli.Proxy;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>A check a second; this process has allocated more than enough for the first collection.</summary>
public sealed class MemoryTrimTests
{
    private readonly MemoryTrim _trim = new();

    [Fact]
    public void Trim_must_collect_once_the_proxy_is_quiet_and_once_more_when_its_streams_have_ended()
    {
        Assert.False(_trim.Look(setUps: 1));
        Assert.True(_trim.Look(setUps: 1));
        var collected = Enumerable.Range(1, 30).Where(_ => _trim.Look(setUps: 1)).ToArray();
        Assert.Equal([12], collected);
    }

    [Fact]
    public void Trim_must_not_collect_while_pairs_are_set_up()
    {
        Assert.False(_trim.Look(setUps: 1));
        Assert.True(_trim.Look(setUps: 1));
        Assert.All(Enumerable.Range(2, 30), setUps => Assert.False(_trim.Look(setUps)));
    }
}
