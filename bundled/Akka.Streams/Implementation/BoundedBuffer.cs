namespace Akka.Streams.Implementation;

/// <summary>A ring that grows up to its capacity, and no further.</summary>
internal sealed class BoundedBuffer<T>(int capacity)
{
    private T[] _ring = new T[Math.Min(capacity, 4)];
    private int _head;

    public int Count { get; private set; }

    public bool IsFull => Count >= capacity;

    public T RemoveFirst()
    {
        var first = _ring[_head];
        _ring[_head] = default;
        _head = (_head + 1) % _ring.Length;
        Count--;
        return first;
    }

    public void AddLast(T element)
    {
        if (Count == _ring.Length)
        {
            var larger = new T[Math.Min(capacity, Count * 2)];
            for (var i = 0; i < Count; i++)
                larger[i] = _ring[(_head + i) % Count];

            _ring = larger;
            _head = 0;
        }

        _ring[(_head + Count) % _ring.Length] = element;
        Count++;
    }

    /// <summary>False if the buffer is full and the strategy does not say what to drop.</summary>
    public bool TryAdd(T element, OverflowStrategy strategy)
    {
        if (IsFull)
        {
            switch (strategy)
            {
                case OverflowStrategy.DropHead:
                    RemoveFirst();
                    break;
                case OverflowStrategy.DropTail:
                    Count--;
                    break;
                case OverflowStrategy.DropBuffer:
                    Array.Clear(_ring);
                    Count = 0;
                    break;
                case OverflowStrategy.DropNew:
                    return true;
                default:
                    return false;
            }
        }

        AddLast(element);
        return true;
    }
}
