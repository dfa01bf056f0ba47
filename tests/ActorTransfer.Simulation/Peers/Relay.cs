using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Peers;

/// <summary>One direction of a pair.</summary>
internal sealed class Relay(World world, SimulatedSocket from, SimulatedSocket to, byte[] early, Action moved, Action<bool> ended)
{
    private byte[] _early = early;
    private bool _isScheduled;

    public long Bytes { get; private set; }

    /// <summary>The end was relayed.</summary>
    public bool IsComplete { get; private set; }

    public bool HasFailed { get; private set; }

    /// <summary>Its reader has not taken all bytes.</summary>
    public bool IsStuck => !IsComplete && to.Unacknowledged > 0;

    public void Pump()
    {
        if (!_isScheduled && !IsComplete && !HasFailed)
        {
            _isScheduled = true;
            world.Clock.After(TimeSpan.Zero, PumpNow);
        }
    }

    private void PumpNow()
    {
        _isScheduled = false;
        if (IsComplete || HasFailed || from.IsClosed)
        {
            return;
        }

        if (to.IsReset)
        {
            Fail();
            return;
        }

        Forward(_early);
        _early = [];
        while (from.HasBytes)
        {
            Forward(from.Read());
        }

        if (from.IsReset)
        {
            Fail();
        }
        else if (from.HasEnded)
        {
            IsComplete = true;
            to.EndWriting();
            ended(false);
        }
    }

    private void Forward(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            Bytes += bytes.Length;
            to.Write(bytes);
            moved();
        }
    }

    private void Fail()
    {
        HasFailed = true;
        ended(true);
    }
}
