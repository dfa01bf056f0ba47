using System.Text;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Hashes;

/// <summary>The hash of a file or of a part of it. Source: XEP-0300 §3.</summary>
/// <param name="Function">How it is computed.</param>
/// <param name="Hex">The value in lower-case hexadecimal.</param>
internal sealed record FileHash(HashFunction Function, string Hex)
{
    internal const string Element = "hash";

    /// <summary>
    /// Parses the element; null if the function is unknown or the value has another length, which is not a mismatch. Libervia 0.9 writes the
    /// base64 of the hexadecimal text: a value of twice the length that consists of hexadecimal digits is read as that text.
    /// </summary>
    public static FileHash? Read(XmlElement hash)
    {
        if (HashFunction.Find(hash["algo"]) is not { } function || Base64.Decode(WithoutSpace(hash.Text)) is not { } value)
        {
            return null;
        }

        return value.Length == function.Length ? new FileHash(function, Convert.ToHexStringLower(value))
            : value.Length == 2 * function.Length && value.All(digit => char.IsAsciiHexDigit((char)digit))
                ? new FileHash(function, Encoding.ASCII.GetString(value).ToLowerInvariant())
                : null;
    }

    public XmlElement ToXml() => new XmlElement(Namespaces.Hashes, Element)
        .With("algo", Function.Name)
        .AddText(Convert.ToBase64String(Convert.FromHexString(Hex)));

    /// <summary>Some peers break long values into lines.</summary>
    private static string WithoutSpace(string text) => string.Concat(text.Where(sign => !XmlChars.IsSpace(sign)));
}
