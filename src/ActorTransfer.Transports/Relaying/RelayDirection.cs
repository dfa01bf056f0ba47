using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Relaying;

/// <summary>
/// One direction of a <see cref="SocketRelay"/>: what it has relayed, and its wait in the poller while no stream runs. A few bytes are moved
/// on the thread of the poller, which costs a tenth of a stream that starts and ends.
/// </summary>
internal sealed class RelayDirection(SocketRelay relay, bool fromFirst) : IReadiness
{
    /// <summary>A read that fills the buffer may have left more, which is for the stream.</summary>
    private const int BufferSize = 4096;

    private long _nextReport = Environment.TickCount64 + (long)relay.Terms.ReportInterval.TotalMilliseconds;
    private int _left;

    /// <summary>Bytes relayed so far, without those of the present stream.</summary>
    public long Relayed { get; set; }

    /// <summary>Its end was reported.</summary>
    public bool HasEnded { get; set; }

    /// <summary>It was relayed to its end.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Checks the stage that writes.</summary>
    public Action? Check { get; set; }

    private SocketLink From => fromFirst ? relay.First : relay.Second;

    private SocketLink To => fromFirst ? relay.Second : relay.First;

    /// <summary>Waits for bytes or an end.</summary>
    /// <exception cref="SocketException">The kernel cannot add another wait.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Wait()
    {
        _left = relay.Terms.Buckets.IsEmpty ? relay.Terms.DirectBytes : 0;
        if (!HasEnded)
        {
            WaitOn();
        }
    }

    public void OnReady() => relay.OnReady(this);

    /// <summary>Moves the bytes that are there, and waits for more or reports the end. False: they are too many, and the stream must continue.</summary>
    /// <exception cref="SocketException">The kernel cannot add another wait.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    [SkipLocalsInit]
    public bool TryMove()
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        while (_left > 0)
        {
            int count = From.Channel.Receive(buffer, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                WaitOn();
                return true;
            }

            if (count == 0)
            {
                Finish(error);
                return true;
            }

            From.AwaitsPeer = false;
            int sent = To.Channel.Send(buffer[..count], out error);
            Count(sent);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                relay.End(fromFirst, To.Fault(error));
                return true;
            }

            if (sent < count)
            {
                From.ReturnEarly(buffer[sent..count]);
                return false;
            }

            if (count == buffer.Length)
            {
                return false;
            }

            _left -= count;
        }

        return false;
    }

    private void WaitOn()
    {
        From.AwaitsPeer = true;
        ((LinuxChannel)From.Channel).WaitReadable(this);
    }

    private void Finish(SocketError error)
    {
        From.AwaitsPeer = true;
        if (error != SocketError.Success || From.WasReset)
        {
            relay.End(fromFirst, From.Fault(error == SocketError.Success ? SocketError.ConnectionReset : error));
            return;
        }

        try
        {
            To.EndRelaying(isLast: relay.IsComplete(!fromFirst));
        }
        catch (SocketException exception)
        {
            relay.End(fromFirst, To.Fault(exception.SocketErrorCode));
            return;
        }

        relay.End(fromFirst, fault: null);
    }

    private void Count(int sent)
    {
        Relayed += sent;
        long now = Environment.TickCount64;
        if (sent > 0 && now >= _nextReport)
        {
            _nextReport = now + (long)relay.Terms.ReportInterval.TotalMilliseconds;
            relay.Report(new RelayEvent.Moved(fromFirst, Relayed));
        }
    }
}
