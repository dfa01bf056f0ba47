using Akka.Actor;
using Akka.Event;

namespace Akka.Streams;

public interface IMaterializer
{
    TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable);

    TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable, Attributes initialAttributes);

    IMaterializer WithNamePrefix(string namePrefix);

    ICancelable ScheduleOnce(TimeSpan delay, Action action);

    ICancelable ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);
}

public interface IMaterializerLoggingProvider
{
    ILoggingAdapter MakeLogger(object logSource);
}
