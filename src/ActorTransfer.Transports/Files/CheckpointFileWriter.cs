using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// The checkpoint file of a partial file, see <see cref="PartialState"/>: created with its first checkpoint, under a name that follows from
/// the offer. A write error prevents resumption but never fails the transfer. Of two concurrent transfers of the same file only the first
/// has a checkpoint file. Not thread-safe.
/// </summary>
internal sealed class CheckpointFileWriter : IDisposable
{
    private readonly Disk _disk;
    private readonly string _path;
    private readonly string _header;
    private SafeFileHandle? _file;
    private long _length;
    private bool _broken;

    /// <summary>Creates the checkpoint file of a partial file.</summary>
    /// <param name="partPath">The partial file.</param>
    /// <param name="identity">Of its file.</param>
    /// <param name="every">Bytes between two checkpoints.</param>
    /// <param name="disk">The disk.</param>
    public CheckpointFileWriter(string partPath, string identity, long every, Disk disk)
    {
        _disk = disk;
        _path = PathOf(Path.GetDirectoryName(partPath)!, identity);
        _header = PartialState.Header(identity, Path.GetFileName(partPath));
        Every = every;
    }

    /// <summary>Bytes between two checkpoints.</summary>
    public long Every { get; }

    /// <summary>Whether the file can be resumed.</summary>
    public bool HasCheckpoints { get; private set; }

    /// <summary>Path of the checkpoint file.</summary>
    public static string PathOf(string folder, string identity) => Path.Combine(folder, PartialState.FileName(identity));

    /// <summary>The partial file ends at the last of these; later checkpoints are removed.</summary>
    public void Keep(IEnumerable<Checkpoint> kept)
    {
        _length = Encoding.UTF8.GetByteCount(_header + string.Concat(kept.Select(PartialState.Line)));
        Try(() =>
        {
            _file = File.OpenHandle(_path, FileMode.Open, FileAccess.Write, FileShare.Read);
            _disk.SetLength(_file, _length);
        });
        HasCheckpoints = true;
    }

    public void Append(Checkpoint checkpoint)
    {
        if (!_broken)
        {
            Try(() => Write(checkpoint));
        }
    }

    /// <summary>Deletes the checkpoint file, unless it belongs to another transfer.</summary>
    public void Delete()
    {
        if (_file is null)
        {
            return;
        }

        _file.Dispose();
        _file = null;
        _length = 0;
        HasCheckpoints = false;
        Try(() => _disk.Delete(_path)); // also after a failed write: a full disk leaves an empty file
    }

    public void Dispose() => _file?.Dispose();

    private void Write(Checkpoint checkpoint)
    {
        string line = PartialState.Line(checkpoint);
        if (_file is null)
        {
            _file = _disk.Create(_path, FileAccess.Write, FileShare.Read);
            line = _header + line;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(line);
        _disk.Write(_file, bytes, _length);
        _length += bytes.Length;
        HasCheckpoints = true;
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (IncomingFileException.IsOfDisk(failure))
        {
            _broken = true;
        }
    }
}
