using System.Text.RegularExpressions;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.StreamInitiation;

internal static class Fixture
{
    /// <summary>An element as in a document: white space between tags is layout.</summary>
    public static XmlElement Parse(string xml) => XmlElement.Parse(Regex.Replace(xml.Trim(), @">\s+<", "><"));
}
