using System.CommandLine.Parsing;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Reads the values of options that are JIDs.</summary>
internal static class JidValues
{
    public static Jid? Account(ArgumentResult result) => Address(
        result, jid => jid.Local is not null, "is not an account; write user@domain or user@domain/resource");

    /// <summary>A full or bare JID, or the domain of a component. A word without a dot is rather the name of a user.</summary>
    public static Jid? Peer(ArgumentResult result) => Address(
        result,
        jid => jid.Local is not null || jid.IsFull || jid.Domain.AsSpan().ContainsAny('.', ':') || jid.Domain == "localhost",
        "is a domain, not a user; write user@domain, user@domain/resource or the full domain of a component");

    public static Jid[] Jids(ArgumentResult result) => [.. result.Tokens.Select(token => Read(result, token.Value)).OfType<Jid>()];

    /// <summary>A domain: no user, no resource.</summary>
    public static Jid? Domain(ArgumentResult result) => Address(
        result, jid => jid.IsDomain, "is not a valid domain (example: proxy.example.org)");

    /// <summary>Bare JIDs and domains, or <c>*</c>; kept as text.</summary>
    public static string[] Users(ArgumentResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value != "*" && Read(result, token.Value) is { IsFull: true })
            {
                result.AddError($"'{token.Value}' has a resource; write user@domain, a domain, or *");
            }
        }

        return [.. result.Tokens.Select(token => token.Value)];
    }

    private static Jid? Address(ArgumentResult result, Func<Jid, bool> isRight, string fault) => Read(result, Values.Text(result)) switch
    {
        null => null,
        { } jid when isRight(jid) => jid,
        _ => Values.Fail<Jid?>(result, fault),
    };

    private static Jid? Read(ArgumentResult result, string text)
    {
        try
        {
            return Jid.Parse(text);
        }
        catch (FormatException fault)
        {
            result.AddError(fault.Message);
            return null;
        }
    }
}
