using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// A thread that waits for readiness of any number of sockets (epoll(7)) and calls their waiters. Each wait is armed once and reported
/// once, so a busy socket without a waiter causes no wake-ups. One for reading and one for writing serve the whole process for its
/// lifetime.
/// </summary>
internal sealed class Poller
{
    private const int EventsAtATime = 256;

    private static readonly Lazy<Poller> s_reading = new(() => new Poller("socket-readers", Libc.EpollIn | Libc.EpollPeerEnd));
    private static readonly Lazy<Poller> s_writing = new(() => new Poller("socket-writers", Libc.EpollOut));

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = [];
    private readonly uint _interest;
    private readonly int _epoll;
    private Waiter?[] _waiters = new Waiter?[64];
    private int _used;

    private Poller(string name, uint interest)
    {
        _interest = interest | Libc.EpollOneShot;
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        if (_epoll < 0)
        {
            throw new SocketException((int)Libc.LastError);
        }

        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>For sockets that wait for bytes, an end or an error.</summary>
    public static Poller Reading => s_reading.Value;

    /// <summary>For sockets that wait for buffer space.</summary>
    public static Poller Writing => s_writing.Value;

    /// <summary>Assigns a slot to the waiter. Its number distinguishes it from an earlier user of the slot, as an event may come late.</summary>
    public int Add(Waiter waiter)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out int place))
            {
                place = _used++;
                if (place == _waiters.Length)
                {
                    Waiter?[] more = new Waiter?[_waiters.Length * 2];
                    _waiters.CopyTo(more, 0);
                    Volatile.Write(ref _waiters, more);
                }
            }

            Volatile.Write(ref _waiters[place], waiter);
            return place;
        }
    }

    public void Remove(int place)
    {
        lock (_gate)
        {
            Volatile.Write(ref _waiters[place], null);
            _free.Push(place);
        }
    }

    /// <summary>Reports the next or present readiness of the socket once.</summary>
    /// <param name="socket">Open.</param>
    /// <param name="slot">Slot and number of the waiter.</param>
    /// <param name="isKnown">The socket was armed here before.</param>
    /// <exception cref="SocketException">The kernel cannot add another one.</exception>
    public void Arm(SafeHandle socket, long slot, bool isKnown)
    {
        Span<byte> interest = stackalloc byte[16];
        MemoryMarshal.Write(interest, _interest);
        MemoryMarshal.Write(interest[(Libc.EpollEventSize - sizeof(long))..], slot);
        if (Libc.EpollControl(_epoll, isKnown ? Libc.EpollModify : Libc.EpollAdd, socket, interest) != 0)
        {
            throw new SocketException((int)Libc.LastError);
        }
    }

    private void Run()
    {
        byte[] events = GC.AllocateUninitializedArray<byte>(EventsAtATime * Libc.EpollEventSize, pinned: true);
        while (true)
        {
            int count = Libc.EpollWait(_epoll, events, EventsAtATime, timeout: -1);
            for (int index = 0; index < count; index++)
            {
                long slot = BinaryPrimitives.ReadInt64LittleEndian(
                    events.AsSpan(((index + 1) * Libc.EpollEventSize) - sizeof(long), sizeof(long)));
                Volatile.Read(ref Volatile.Read(ref _waiters)[(int)(uint)slot])?.Fire(slot);
            }
        }
    }
}
