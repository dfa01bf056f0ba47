using System.Text;

namespace ActorTransfer.Protocol;

/// <summary>Names of enum values in events, metrics and messages: <c>StreamhostSent</c> is <c>streamhost-sent</c>.</summary>
internal static class HyphenatedName
{
    public static string Of(Enum value)
    {
        var words = new StringBuilder();
        foreach (var sign in value.ToString())
        {
            if (char.IsUpper(sign) && words.Length > 0)
            {
                words.Append('-');
            }

            words.Append(char.ToLowerInvariant(sign));
        }

        return words.ToString();
    }
}
