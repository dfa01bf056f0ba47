using System.Runtime.InteropServices;
using System.Text;

namespace ActorTransfer.Actors.Files;

/// <summary>The path is not a regular file: it is a folder, a pipe, a socket or a device.</summary>
internal sealed class NotARegularFileException : IOException
{
    internal NotARegularFileException(string path, string kind)
        : base($"{path} is {kind}; only regular files can be sent.") => Kind = kind;

    /// <summary>With its article: "a folder", "a pipe", "a socket", "a device".</summary>
    public string Kind { get; }
}

/// <summary>Determines the kind of a path without opening it: opening a pipe waits for its writer.</summary>
internal static class FileKind
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeWanted = 1; // STATX_TYPE
    private const int StatxSize = 256;
    private const int ModeOffset = 28; // stx_mode, the same on every architecture
    private const int TypeMask = 0xF000; // S_IFMT

    /// <summary>Null for a regular file, and if the kind is unknown.</summary>
    public static string? OtherThanRegular(string path)
    {
        if (Directory.Exists(path))
        {
            return "a folder";
        }

        return OperatingSystem.IsLinux() ? OfMode(Mode(path)) : null;
    }

    private static string? OfMode(int? mode) => (mode & TypeMask) switch
    {
        null or 0x8000 => null,
        0x4000 => "a folder",
        0x1000 => "a pipe",
        0xC000 => "a socket",
        _ => "a device",
    };

    /// <summary>Null when there is no such entry, or the C library lacks the call.</summary>
    private static int? Mode(string path)
    {
        var answer = new byte[StatxSize];
        try
        {
            return Statx(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, TypeWanted, answer) == 0 ? BitConverter.ToUInt16(answer, ModeOffset) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

#pragma warning disable SYSLIB1054 // generated marshalling is not worth unsafe code in this project: all arguments are blittable
    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] answer);
#pragma warning restore SYSLIB1054
}
