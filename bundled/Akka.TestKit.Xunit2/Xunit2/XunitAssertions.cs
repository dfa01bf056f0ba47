using System.Collections;
using System.Globalization;
using Xunit;

namespace Akka.TestKit.Xunit2;

/// <summary>Fails tests the way xunit does.</summary>
public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object[] args) => Assert.Fail(Text(format, args));

    public void AssertTrue(bool condition, string format = "", params object[] args)
    {
        if (!condition)
            Assert.True(condition, Text(format, args));
    }

    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args) =>
        AssertEqual(expected, actual, AreEqual, format, args);

    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args)
    {
        if (!comparer(expected, actual))
            Assert.Fail($"{Text(format, args)}\nExpected: {expected}\nActual:   {actual}");
    }

    private static string Text(string format, object[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);

    // Collections are equal when their items are.
    private static bool AreEqual<T>(T expected, T actual) => EqualityComparer<T>.Default.Equals(expected, actual)
        || (expected is IEnumerable and not string && actual is IEnumerable items
            && ((IEnumerable)expected).Cast<object>().SequenceEqual(items.Cast<object>()));
}
