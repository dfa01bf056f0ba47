namespace ActorTransfer.Actors.Tests;

public sealed class DeadlineTimerSpec : ActorTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly DeadlineTimer _timer;

    public DeadlineTimerSpec() => _timer = new DeadlineTimer(Sys.Scheduler, TestActor);

    [Fact]
    public void Deadline_must_pass_once()
    {
        _timer.Set(s_second);
        Advance(s_second);
        Assert.True(_timer.HasPassed(ExpectMsg<DeadlineTimer.Fired>()));
        Advance(10 * s_second);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Later_deadline_must_replace_the_earlier_one()
    {
        _timer.Set(s_second);
        Advance(s_second / 2);
        _timer.Set(s_second);
        Advance(s_second / 2);
        Assert.False(_timer.HasPassed(ExpectMsg<DeadlineTimer.Fired>()));
        Advance((s_second / 2) - Tick);
        ExpectNoMsg(TimeSpan.Zero);
        Advance(Tick);
        Assert.True(_timer.HasPassed(ExpectMsg<DeadlineTimer.Fired>()));
    }

    [Fact]
    public void Earlier_deadline_must_pass_at_its_time()
    {
        _timer.Set(10 * s_second);
        _timer.Set(s_second);
        Advance(s_second);
        Assert.True(_timer.HasPassed(ExpectMsg<DeadlineTimer.Fired>()));
        Advance(10 * s_second);
        ExpectNoMsg(TimeSpan.Zero);
    }

    /// <summary>It was in the mailbox when the deadline was changed.</summary>
    [Fact]
    public void Message_of_a_replaced_timer_must_be_ignored()
    {
        _timer.Set(s_second);
        Advance(s_second);
        var old = ExpectMsg<DeadlineTimer.Fired>();
        _timer.Set(s_second / 2);
        Assert.False(_timer.HasPassed(old));
        Advance(s_second / 2);
        Assert.True(_timer.HasPassed(ExpectMsg<DeadlineTimer.Fired>()));
    }

    [Fact]
    public void Cancelled_deadline_must_not_pass()
    {
        _timer.Set(s_second);
        _timer.Cancel();
        Advance(s_second);
        ExpectNoMsg(TimeSpan.Zero);
    }
}
