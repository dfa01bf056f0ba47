using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>Progress of one connection of a pair.</summary>
internal enum SideStage : byte
{
    Connecting,
    Greeted,
    Requested,
    Granted,
    Talking,
    Closed,
}

/// <summary>One connection of a pair that is being set up.</summary>
internal struct SetupSide
{
    public int Socket;
    public SideStage Stage;
    public int Got;
    public Reply Bytes;

    /// <summary>The received bytes of the proxy.</summary>
    [InlineArray(64)]
    public struct Reply
    {
        private byte _first;
    }
}

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

    public bool BothAre(SideStage stage) => Sides[0].Stage == stage && Sides[1].Stage == stage;

    /// <summary>Sends the greeting: version 5, one method, no authentication.</summary>
    public bool Greet(int side)
    {
        Sides[side].Stage = SideStage.Greeted;
        int greeting = 0x00_01_05;
        return Linux.Send(Sides[side].Socket, &greeting, 3) == 3;
    }

    /// <summary>Reads the reply to the greeting and sends the request, or reads the reply to that.</summary>
    /// <returns>Null, or why the handshake failed.</returns>
    public string? Shake(int side)
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
