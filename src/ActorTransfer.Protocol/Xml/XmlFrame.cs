namespace ActorTransfer.Protocol.Xml;

/// <summary>An open element. Reused for the next one at the same level.</summary>
internal sealed class XmlFrame
{
    // A long list is not reused, so that a large stanza does not keep memory.
    private const int LargestKeptList = 64;

    internal string Tag { get; set; } = "";

    internal string Namespace { get; set; } = "";

    internal string Name { get; set; } = "";

    internal KeyValuePair<string, string>[] Attributes { get; set; } = [];

    internal int Mark { get; set; }

    internal List<object> Content { get; private set; } = [];

    internal void Clear()
    {
        if (Content.Capacity > LargestKeptList)
        {
            Content = [];
        }
        else
        {
            Content.Clear();
        }

        Attributes = [];
    }
}
