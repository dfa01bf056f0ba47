namespace Akka.TestKit;

/// <summary>How a test framework says that a test failed.</summary>
public interface ITestKitAssertions
{
    void Fail(string format = "", params object[] args);

    void AssertTrue(bool condition, string format = "", params object[] args);

    void AssertEqual<T>(T expected, T actual, string format = "", params object[] args);
}

/// <summary>Marks a test class whose messages carry no sender unless it names one.</summary>
public interface INoImplicitSender
{
}
