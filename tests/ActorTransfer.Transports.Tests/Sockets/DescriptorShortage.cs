using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>While it lives, this process gets no further descriptor. What the test needs must be open, and loaded, before. Linux only.</summary>
internal sealed class DescriptorShortage : IDisposable
{
    private const int Descriptors = 7; // RLIMIT_NOFILE
    private const int Duplicate = 1030; // F_DUPFD_CLOEXEC

    private readonly List<int> _plugs = [];
    private readonly Limit _before;

    /// <param name="any">An open socket.</param>
    public DescriptorShortage(Socket any)
    {
        Assert.Equal(0, GetLimit(Descriptors, out _before));
        int highest = Directory.GetFileSystemEntries("/proc/self/fd").Max(entry => int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture));
        Assert.Equal(0, SetLimit(Descriptors, new Limit { Soft = (nuint)highest + 1, Hard = _before.Hard }));
        int plug;
        while ((plug = Libc.Control((int)any.SafeHandle.DangerousGetHandle(), Duplicate, 0)) >= 0)
        {
            _plugs.Add(plug);
        }
    }

    public void Dispose()
    {
        Assert.Equal(0, SetLimit(Descriptors, _before));
        foreach (int plug in _plugs)
        {
            _ = Libc.Close(plug);
        }

        _plugs.Clear();
    }

#pragma warning disable SYSLIB1054 // generated code is unsafe, and this project has none
    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);
#pragma warning restore SYSLIB1054

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
