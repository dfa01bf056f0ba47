namespace ActorTransfer.Protocol.Tests.Socks5;

/// <summary>Ways in which TCP may split a run of bytes.</summary>
internal static class Pieces
{
    public static IEnumerable<byte[][]> EverySplitInTwo(byte[] bytes) =>
        Enumerable.Range(0, bytes.Length + 1).Select(at => new[] { bytes[..at], bytes[at..] });

    public static byte[][] OneByOne(byte[] bytes) => [.. bytes.Select(b => new[] { b })];

    /// <summary>Split at the given positions; any numbers are valid.</summary>
    public static byte[][] Cut(byte[] bytes, IEnumerable<int> places)
    {
        var ends = places.Select(place => (int)((uint)place % (uint)(bytes.Length + 1))).Append(bytes.Length).Order();
        var pieces = new List<byte[]>();
        var start = 0;
        foreach (var end in ends)
        {
            pieces.Add(bytes[start..end]);
            start = end;
        }

        return [.. pieces];
    }
}
