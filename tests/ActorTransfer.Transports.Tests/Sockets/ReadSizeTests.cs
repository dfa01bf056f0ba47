using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Tests.Sockets;

public sealed class ReadSizeTests
{
    private const int Most = 256 * 1024;

    [Fact]
    public void Reads_must_grow_while_they_fill_their_chunks()
    {
        ReadSize size = new(Most);
        List<int> sizes = [];
        for (int read = 0; read < 4; read++)
        {
            sizes.Add(size.Bytes);
            size.Adapt(size.Bytes, Most);
        }

        Assert.Equal([4096, 32768, Most, Most], sizes);
    }

    [Fact]
    public void Reads_must_shrink_when_little_is_read()
    {
        ReadSize size = new(Most);
        size.Adapt(size.Bytes, Most);
        size.Adapt(100, Most);
        Assert.Equal(4096, size.Bytes);
        Assert.False(size.IsBulk);
    }

    [Fact]
    public void Read_at_once_must_need_a_sign_of_bytes()
    {
        ReadSize size = new(Most);
        Assert.False(size.MayReadAtOnce());
        size.ExpectBytes();
        Assert.True(size.MayReadAtOnce());
        size.ExpectNone();
        Assert.False(size.MayReadAtOnce());
    }

    [Fact]
    public void Reads_at_once_must_stop_after_some_so_that_other_streams_get_the_thread()
    {
        ReadSize size = new(Most);
        size.ExpectBytes();
        Assert.Equal(4, Enumerable.Range(0, 10).TakeWhile(_ => size.MayReadAtOnce()).Count());
        size.RestartRow();
        Assert.True(size.MayReadAtOnce());
    }

    [Fact]
    public void First_chunk_must_not_exceed_the_limit() => Assert.Equal(1000, new ReadSize(1000).Bytes);
}
