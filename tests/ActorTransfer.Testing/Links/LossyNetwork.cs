using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorTransfer.Testing.Links;

/// <summary>
/// Makes the kernel drop all segments with data that arrive at a socket, like a lossy network: they stay unacknowledged. Linux only
/// (socket(7): SO_ATTACH_FILTER).
/// </summary>
public static class LossyNetwork
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;
    private const int DetachFilter = 27;

    /// <summary>Length of a TCP header with all options in use; a longer segment contains data.</summary>
    private const uint LongestHeader = 60;

    /// <summary>Drops data from now on.</summary>
    public static void Drop(Socket socket)
    {
        // struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }
        byte[] program =
        [
            .. Instruction(0x80, 0, 0, 0), // ld len
            .. Instruction(0x25, 0, 1, LongestHeader), // jgt #60, next, skip one
            .. Instruction(0x06, 0, 0, 0), // ret #0: drop
            .. Instruction(0x06, 0, 0, 0x40000), // ret #262144: keep
        ];
        GCHandle pinned = GCHandle.Alloc(program, GCHandleType.Pinned);
        try
        {
            byte[] filter = new byte[16]; // struct sock_fprog { u16 len; struct sock_filter* filter; }
            BinaryPrimitives.WriteUInt16LittleEndian(filter, (ushort)(program.Length / 8));
            BinaryPrimitives.WriteInt64LittleEndian(filter.AsSpan(8), pinned.AddrOfPinnedObject());
            socket.SetRawSocketOption(SocketLevel, AttachFilter, filter);
        }
        finally
        {
            pinned.Free();
        }
    }

    /// <summary>Stops dropping; dropped segments are retransmitted.</summary>
    public static void Restore(Socket socket) => socket.SetRawSocketOption(SocketLevel, DetachFilter, new byte[4]);

    private static byte[] Instruction(ushort code, byte ifTrue, byte ifFalse, uint value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, code);
        (bytes[2], bytes[3]) = (ifTrue, ifFalse);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), value);
        return bytes;
    }
}
