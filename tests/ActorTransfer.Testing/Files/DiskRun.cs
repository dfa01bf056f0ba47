using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Testing.Files;

/// <summary>
/// One file is received on a disk that fails, by a process that dies, on a machine that stops, and again until it is complete; all from one seed. Whatever
/// happens, a file under its final name is whole, what was confirmed is there, each failure has its reason, and nothing is left that is not found again.
/// </summary>
internal sealed class DiskRun
{
    private const int Block = PartialState.Block;
    private const int MaxAttempts = 4;
    private static readonly string s_identity = new('c', 64);

    /// <summary>Errors of Linux and the reasons that they must have.</summary>
    private static readonly (int Errno, IncomingFileFault Reason, string Name)[] s_errors =
    [
        (5, IncomingFileFault.Other, "EIO"),
        (28, IncomingFileFault.NoSpace, "ENOSPC"),
        (122, IncomingFileFault.NoSpace, "EDQUOT"),
        (30, IncomingFileFault.NoPermission, "EROFS"),
        (13, IncomingFileFault.NoPermission, "EACCES"),
        (27, IncomingFileFault.TooLarge, "EFBIG"),
        (2, IncomingFileFault.NoFolder, "ENOENT"),
        (24, IncomingFileFault.Other, "EMFILE"),
    ];

    private readonly Random _random;
    private readonly List<string> _history = [];
    private readonly List<string> _violations = [];
    private readonly List<string> _faults = [];
    private readonly byte[] _whole;
    private readonly string _sha256;
    private readonly FileDurability _durability;
    private TemporaryFolder _folder = new();
    private string? _confirmed;
    private bool _powerLost;
    private int _orphans;

    private DiskRun(ulong seed)
    {
        Seed = seed;
        _random = new Random((int)(seed % int.MaxValue));
        _durability = (FileDurability)_random.Next(3);
        int size = (_random.Next(2, 8) * Block) + _random.Next(-2, 3);
        _whole = _random.Next(8) == 0 ? new byte[size] : Pattern.Bytes(_random.Next(1_000_000), size);
        _sha256 = Convert.ToHexStringLower(SHA256.HashData(_whole));
        Tell($"{size} bytes, durability {_durability}");
    }

    public ulong Seed { get; }

    /// <summary>What went on.</summary>
    public IReadOnlyList<string> History => _history;

    /// <summary>What must not be; empty if all is well.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>The faults that were tried.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Carries out a run.</summary>
    public static async Task<DiskRun> RunAsync(ulong seed)
    {
        DiskRun run = new(seed);
        try
        {
            await run.RunAsync();
        }
        finally
        {
            run._folder.Dispose();
        }

        return run;
    }

    private async Task RunAsync()
    {
        for (int attempt = 1; attempt < MaxAttempts && _random.Next(10) > 0; attempt++)
        {
            await (_random.Next(3) == 0 ? FailAsync() : CrashAsync());
            CheckFolder();
        }

        Outcome last = await ReceiveAsync(Disk.Real, BreakAt.Never);
        Expect(last.Failure is null, $"without a fault the file is not received: {last.Failure}");
        CheckConfirmed(last.Path);
        string[] hidden = [.. _folder.Names.Where(name => name.StartsWith('.'))];
        Expect(hidden.All(name => name.EndsWith(".part", StringComparison.Ordinal)) && hidden.Length <= _orphans, $"left: {string.Join(' ', hidden)}");
    }

    /// <summary>One call fails.</summary>
    private async Task FailAsync()
    {
        var (errno, reason, name) = s_errors[_random.Next(s_errors.Length)];
        int calls = 0;
        DiskCall? kind = _random.Next(2) == 0 ? (DiskCall)_random.Next(8) : null; // the first of a kind, or any
        int at = kind is null ? _random.Next(30) : 0;
        bool torn = _random.Next(2) == 0;
        (DiskCall Call, string Path)? failed = null;
        ScriptedDisk disk = new()
        {
            Before = (call, path) =>
            {
                if ((kind is null || kind == call) && calls++ == at)
                {
                    failed = (call, Path.GetFileName(path));
                    throw ScriptedDisk.Error(call, errno);
                }
            },
            Torn = length => torn ? _random.Next(length) : 0,
        };
        Outcome outcome = await ReceiveAsync(disk, RandomBreak());
        if (failed is not { } fault)
        {
            Tell($"no call {at}: {outcome}");
            return;
        }

        _faults.Add($"{name} at {fault.Call}");
        Tell($"{name} at {fault.Call} of {fault.Path}: {outcome}");
        bool isSpare = fault.Call == DiskCall.Delete || fault.Path.EndsWith(".state", StringComparison.Ordinal) || outcome.IsBroken;
        Expect(isSpare || outcome.Failure is null || outcome.Failure.Reason == reason, $"{name} at {fault.Call} is reported as {outcome.Failure?.Reason}");
        if (outcome.Failure?.PartialFile is { } kept)
        {
            Expect(File.Exists(kept) && IsWhole(kept), $"'{kept}' is reported as complete, and is not");
        }

        // What is left behind by one that could not be deleted, or was kept as whole: deleted after its time.
        _orphans += outcome.Failure is not null || fault.Call == DiskCall.Delete ? 1 : 0;
    }

    /// <summary>The process or the machine stops at one call, or after the end.</summary>
    private async Task CrashAsync()
    {
        CrashKind kind = (CrashKind)_random.Next(2);
        TemporaryFolder left = new();
        string? last = null;
        bool isCopied = false;
        string? confirmed = null;
        CrashingDisk disk = null!;
        disk = new CrashingDisk(_folder.Path, _random, kind, _random.Next(40), () =>
        {
            disk.CopyTo(left.Path);
            (isCopied, last) = (true, disk.Last);
        });
        Outcome outcome = await ReceiveAsync(disk, RandomBreak());
        if (!isCopied)
        {
            disk.CopyTo(left.Path);
            (last, confirmed) = ("the end", outcome.Path);
        }

        _faults.Add(kind == CrashKind.Killed ? "killed" : $"power lost, durability {_durability}");
        Tell($"{kind} after {last}: {string.Join(' ', left.Names)}");
        _folder.Dispose();
        _folder = left;
        _powerLost |= kind == CrashKind.PowerLost;
        _orphans++;
        CheckConfirmed(confirmed);
    }

    /// <summary>A file under its final name is whole.</summary>
    private void CheckFolder()
    {
        foreach (string name in _folder.Names.Where(name => !name.StartsWith('.')))
        {
            Expect((_powerLost && _durability == FileDurability.None) || IsWhole(_folder[name]), $"'{name}' is not whole");
        }
    }

    private void CheckConfirmed(string? path)
    {
        _confirmed = path is null ? _confirmed : Path.GetFileName(path);
        if (_confirmed is null || (_powerLost && _durability == FileDurability.None))
        {
            return;
        }

        bool isThere = File.Exists(_folder[_confirmed]);
        Expect(!isThere || IsWhole(_folder[_confirmed]), $"'{_confirmed}' was confirmed and is not whole");
        Expect(isThere || (_powerLost && _durability == FileDurability.File), $"'{_confirmed}' was confirmed and is not there");
    }

    private async Task<Outcome> ReceiveAsync(Disk disk, BreakAt breakAt)
    {
        PartialTerms terms = new(s_identity, _whole.Length, Block, WithMd5: false, new IncomingFileOptions { Durability = _durability, Disk = disk });
        Reception? content = null;
        try
        {
            (IncomingFile file, VerifiedPartialFile? earlier) = await PartialFolder.OpenAsync(_folder.Path, "copy", terms, default);
            content = new Reception(file, _whole.Length, md5: null, earlier, sha256: _sha256);
            Tell($"from {content.Offset}");
            IByteReceiver<ReceivedFile> receiver = content;
            receiver.Start();
            int from = _random.Next(8) == 0 ? 0 : (int)content.Offset; // a sender may ignore the range
            int until = breakAt.Position is { } position ? Math.Clamp(position, from, _whole.Length - 1) : _whole.Length;
            while (from < until)
            {
                int count = Math.Min(until - from, _random.Next(1, 2 * Block));
                await receiver.WriteAsync(_whole.AsMemory(from, count));
                from += count;
            }

            ReceivedFile received = await receiver.FinishAsync();
            Expect(received.Sha256 == _sha256, "the outcome has a wrong digest");
            return new Outcome(received.Path, null, IsBroken: false);
        }
        catch (IncomingFileException failure)
        {
            return new Outcome(null, failure, IsBroken: false);
        }
        catch (LengthException) when (breakAt.Position is not null)
        {
            return new Outcome(null, null, IsBroken: true);
        }
        finally
        {
            content?.Dispose();
        }
    }

    private BreakAt RandomBreak() => _random.Next(3) == 0 ? new BreakAt(_random.Next(_whole.Length)) : BreakAt.Never;

    private bool IsWhole(string path) => File.ReadAllBytes(path).AsSpan().SequenceEqual(_whole);

    private void Expect(bool holds, string violation)
    {
        if (!holds)
        {
            _violations.Add(violation);
            Tell($"VIOLATED: {violation}");
        }
    }

    private void Tell(string what) => _history.Add(what);

    private sealed record Outcome(string? Path, IncomingFileException? Failure, bool IsBroken)
    {
        public override string ToString() => Path is not null ? "completed" : IsBroken ? "connection lost" : $"failed with {Failure?.Reason}";
    }

    /// <summary>The connection is lost at a position.</summary>
    private sealed record BreakAt(int? Position)
    {
        public static BreakAt Never { get; } = new((int?)null);
    }
}
