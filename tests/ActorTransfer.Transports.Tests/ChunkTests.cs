using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Tests;

public class ChunkTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(Chunk.DefaultSize)]
    public void Chunk_must_have_exactly_the_requested_length(int length)
    {
        using Chunk chunk = Chunk.Rent(length);
        Assert.Equal(length, chunk.Length);
        Assert.Equal(length, chunk.Span.Length);
        Assert.Equal(length, chunk.Memory.Length);
    }

    [Fact]
    public void Chunk_must_count_as_outstanding_until_it_is_disposed()
    {
        long before = Chunk.Outstanding;
        Chunk chunk = Chunk.Rent(10);
        Assert.Equal(before + 1, Chunk.Outstanding);
        chunk.Dispose();
        Assert.Equal(before, Chunk.Outstanding);
    }

    [Fact]
    public void Chunk_must_not_be_counted_twice_when_disposed_twice()
    {
        long before = Chunk.Outstanding;
        Chunk chunk = Chunk.Rent(10);
        chunk.Dispose();
        try
        {
            chunk.Dispose();
#if DEBUG
            Assert.Fail("A Debug build throws on a second dispose.");
#endif
        }
        catch (InvalidOperationException)
        {
            // Debug builds.
        }

        Assert.Equal(before, Chunk.Outstanding);
    }

    [Fact]
    public void Chunk_must_give_no_access_to_its_bytes_when_disposed()
    {
        Chunk chunk = Chunk.Rent(10);
        chunk.Dispose();
        Assert.Throws<ObjectDisposedException>(() => chunk.Memory);
    }

    [Fact]
    public void Chunk_must_move_its_window_by_skip_and_truncate()
    {
        using Chunk chunk = Chunk.CopyOf([1, 2, 3, 4, 5]);
        chunk.Skip(2);
        Assert.Equal([3, 4, 5], chunk.Span.ToArray());
        chunk.Truncate(2);
        Assert.Equal([3, 4], chunk.Memory.ToArray());
        chunk.Skip(2);
        Assert.Equal(0, chunk.Length);
    }

    [Fact]
    public void Chunk_must_refuse_to_leave_its_window()
    {
        using Chunk chunk = Chunk.Rent(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Skip(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Truncate(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Truncate(-1));
    }
}
