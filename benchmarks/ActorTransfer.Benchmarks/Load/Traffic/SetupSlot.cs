using System.Diagnostics;
using System.Net;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>A pair during its set-up; reused and identified by <see cref="Number"/>.</summary>
internal sealed unsafe class SetupSlot
{
    /// <summary>Both connections: initiator, target.</summary>
    public readonly SetupSide[] Sides = new SetupSide[2];
    private readonly byte[] _request = new byte[64];
    private int _requestLength;

    public int Number { get; private set; }

    public PairNames Names { get; private set; }

    public long Began { get; private set; }

    public bool IsBusy { get; set; }

    /// <summary>The reason of the last <see cref="SetupProgress.Failed"/>.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Connects both clients, the target first.</summary>
    public void Begin(string run, int number, IPEndPoint proxy, IPAddress from)
    {
        Number = number;
        IsBusy = true;
        Names = PairNames.Of(run, number);
        _requestLength = Names.WriteRequest(_request);
        Began = Stopwatch.GetTimestamp();
        for (int side = 1; side >= 0; side--)
        {
            Sides[side].Stage = SideStage.Connecting;
            Sides[side].Got = 0;
            Sides[side].Socket = Linux.Connect(proxy, from);
        }
    }

    private bool BothAre(SideStage stage) => Sides[0].Stage == stage && Sides[1].Stage == stage;

    /// <summary>Handles an event of one connection.</summary>
    public SetupProgress Advance(int side, Epoll epoll, long tag)
    {
        switch (Sides[side].Stage)
        {
            case SideStage.Connecting when Greet(side):
                epoll.Change(Sides[side].Socket, Epoll.Readable, tag);
                return SetupProgress.Pending;
            case SideStage.Connecting:
                return Fail("connection refused");
            case SideStage.Greeted or SideStage.Requested:
                return Shake(side) is { } reason
                    ? Fail(reason)
                    : BothAre(SideStage.Granted) ? SetupProgress.Granted : SetupProgress.Pending;
            case SideStage.Granted:
                return Fail("closed before the activation");
            case SideStage.Talking:
                return Talk(side, epoll);
            default:
                return SetupProgress.Pending;
        }
    }

    /// <summary>Half-closes after the byte: one of the proxies delays a single byte until more bytes or the end arrive.</summary>
    public void SendByte()
    {
        Sides[0].Stage = Sides[1].Stage = SideStage.Talking;
        Sides[1].Got = 0;
        Linux.Send(Sides[0].Socket, Pattern.At(Number * 2, 0), 1);
        Linux.ShutdownSend(Sides[0].Socket);
    }

    public void Close()
    {
        foreach (SetupSide side in Sides.Where((side, number) => number == 0 || side.Stage != SideStage.Closed))
        {
            Linux.Close(side.Socket);
        }
    }

    private SetupProgress Fail(string reason)
    {
        Fault = reason;
        return SetupProgress.Failed;
    }

    private SetupProgress Talk(int side, Epoll epoll)
    {
        ref SetupSide end = ref Sides[side];
        byte* bytes = stackalloc byte[16];
        nint count = Linux.Receive(end.Socket, bytes, 16);
        if (count == -Linux.Again)
        {
            return SetupProgress.Pending;
        }

        if (count > 0 && side == 1 && end.Got == 0 && Pattern.Fits(bytes, count, Number * 2, 0) && count == 1)
        {
            end.Got = 1;
            return SetupProgress.ByteArrived;
        }

        if (count > 0)
        {
            return Fail("a byte that was never sent");
        }

        return side == 1 && end.Got == 0
            ? Fail(count == 0 ? "the byte was lost" : Linux.Describe(count))
            : End(side, epoll);
    }

    /// <summary>The target responds to a half-close with its own; the pair ends when both have received the other's.</summary>
    private SetupProgress End(int side, Epoll epoll)
    {
        Sides[side].Stage = SideStage.Closed;
        if (side == 1)
        {
            Linux.Close(Sides[1].Socket);
        }
        else
        {
            epoll.Remove(Sides[0].Socket);
        }

        if (!BothAre(SideStage.Closed))
        {
            return SetupProgress.Pending;
        }

        Linux.Close(Sides[0].Socket);
        return SetupProgress.Completed;
    }

    /// <summary>Sends the greeting: version 5, one method, no authentication.</summary>
    private bool Greet(int side)
    {
        Sides[side].Stage = SideStage.Greeted;
        int greeting = 0x00_01_05;
        return Linux.Send(Sides[side].Socket, &greeting, 3) == 3;
    }

    /// <summary>Reads the reply to the greeting and sends the request, or reads the reply to that.</summary>
    /// <returns>Null, or the reason why the handshake failed.</returns>
    private string? Shake(int side)
    {
        ref SetupSide end = ref Sides[side];
        int wanted = end.Stage == SideStage.Greeted ? 2 : 47;
        fixed (SetupSide.Reply* bytes = &end.Bytes)
        {
            byte* reply = (byte*)bytes;
            nint count = Linux.Receive(end.Socket, reply + end.Got, wanted - end.Got);
            if (count == -Linux.Again)
            {
                return null;
            }

            if (count <= 0)
            {
                return count == 0 ? $"closed while {end.Stage}" : Linux.Describe(count);
            }

            end.Got += (int)count;
            return end.Stage == SideStage.Greeted ? Request(ref end, reply) : Granted(ref end, reply);
        }
    }

    private string? Request(ref SetupSide end, byte* reply)
    {
        if (end.Got < 2)
        {
            return null;
        }

        if (reply[0] != 5 || reply[1] != 0)
        {
            return "greeting refused";
        }

        end.Stage = SideStage.Requested;
        end.Got = 0;
        fixed (byte* request = _request)
        {
            return Linux.Send(end.Socket, request, _requestLength) == _requestLength ? null : "request not taken";
        }
    }

    /// <summary>No side sends before the pair is active, so no bytes follow a reply, whatever its length.</summary>
    private static string? Granted(ref SetupSide end, byte* reply)
    {
        if (end.Got >= 2 && reply[1] != 0)
        {
            return $"request refused with {reply[1]}";
        }

        int length = end.Got < 5 ? int.MaxValue : reply[3] switch { 1 => 10, 4 => 22, _ => 7 + reply[4] };
        if (end.Got >= length)
        {
            end.Stage = SideStage.Granted;
        }

        return null;
    }
}
