using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Actors.Tests;

public sealed class SilentServicesSpec
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Jid Service = Jid.Parse("conference.north.example");

    private readonly SilentServices _silent = new(Ttl);

    [Fact]
    public void Service_that_did_not_respond_must_count_as_silent_until_its_time_is_over()
    {
        Assert.True(_silent.Add(Service, Start));
        Assert.Equal([Service], _silent.At(Start + Ttl - TimeSpan.FromTicks(1)));
        Assert.Empty(_silent.At(Start + Ttl));
        Assert.True(_silent.Add(Service, Start + Ttl));
    }

    [Fact]
    public void Further_silence_must_extend_the_time_and_not_count_as_new()
    {
        _silent.Add(Service, Start);
        Assert.False(_silent.Add(Service, Start + (Ttl / 2)));
        Assert.Equal([Service], _silent.At(Start + Ttl));
    }

    [Fact]
    public void Service_that_responds_must_not_count_as_silent_any_more()
    {
        _silent.Add(Service, Start);
        _silent.Remove(Service);
        Assert.Empty(_silent.At(Start));
    }
}
