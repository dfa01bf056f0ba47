using System.Text;
using ActorTransfer.Protocol.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Content;

/// <summary>
/// The note beside a part, see <see cref="PartialState"/>: <c>(part).state</c>, made with its first checkpoint. What cannot be written there
/// costs the chance to continue and never the transfer. Not thread-safe.
/// </summary>
internal sealed class PartialLog : IDisposable
{
    private readonly string _path;
    private readonly string _identity;
    private SafeFileHandle? _file;
    private long _length;
    private bool _broken;

    /// <summary>The note of a part.</summary>
    /// <param name="partPath">The part.</param>
    /// <param name="identity">Of its file.</param>
    /// <param name="every">Bytes between two checkpoints.</param>
    public PartialLog(string partPath, string identity, long every)
    {
        _path = PathBeside(partPath);
        _identity = identity;
        Every = every;
    }

    /// <summary>Bytes between two checkpoints.</summary>
    public long Every { get; }

    /// <summary>Whether the part can be continued.</summary>
    public bool HasCheckpoints { get; private set; }

    public static string PathBeside(string partPath) => partPath + ".state";

    /// <summary>The part ends at the last of these; what the note says beyond them is cut off.</summary>
    public void Keep(IEnumerable<Checkpoint> kept)
    {
        string text = PartialState.Header(_identity) + string.Concat(kept.Select(PartialState.Line));
        Try(() =>
        {
            _file = File.OpenHandle(_path, FileMode.Open, FileAccess.Write, FileShare.Read);
            RandomAccess.SetLength(_file, text.Length);
        });
        _length = text.Length;
        HasCheckpoints = true;
    }

    public void Append(Checkpoint checkpoint)
    {
        if (!_broken)
        {
            Try(() => Write(checkpoint));
        }
    }

    /// <summary>The part is worthless.</summary>
    public void Delete()
    {
        _file?.Dispose();
        _file = null;
        _length = 0;
        HasCheckpoints = false;
        Try(() => File.Delete(_path)); // also of what broke: a full disk leaves a note without a word
    }

    public void Dispose() => _file?.Dispose();

    private void Write(Checkpoint checkpoint)
    {
        string line = PartialState.Line(checkpoint);
        if (_file is null)
        {
            _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            line = PartialState.Header(_identity) + line;
        }

        RandomAccess.Write(_file, Encoding.ASCII.GetBytes(line), _length);
        _length += line.Length;
        HasCheckpoints = true;
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _broken = true;
        }
    }
}
