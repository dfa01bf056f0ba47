using System.Text;

namespace VirusScan;

/// <summary>Stands for the engine of a virus scanner: finds the EICAR test file, also across chunks.</summary>
internal sealed class Scanner
{
    // In two parts, so that this file is not taken for a virus.
    public const string TestVirus = @"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS" + "-TEST-FILE!$H+H*";

    private static readonly byte[] s_signature = Encoding.ASCII.GetBytes(TestVirus);

    private byte[] _tail = [];

    public bool IsInfected { get; private set; }

    public void Scan(ReadOnlySpan<byte> bytes)
    {
        byte[] joint = [.. _tail, .. bytes[..Math.Min(bytes.Length, s_signature.Length - 1)]];
        IsInfected |= joint.AsSpan().IndexOf(s_signature) >= 0 || bytes.IndexOf(s_signature) >= 0;
        var end = bytes.Length < s_signature.Length ? joint : bytes;
        _tail = end[^Math.Min(end.Length, s_signature.Length - 1)..].ToArray();
    }
}
