using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>The descriptor of a connected, non-blocking socket.</summary>
internal sealed class LinuxSocket : SafeHandleMinusOneIsInvalid
{
    public LinuxSocket(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
