namespace MmiGrains.Silo.Tests.Commands;

public sealed class DoctorTests
{
    [Fact]
    public void The_machine_is_a_short_table_and_libtorch_loads()
    {
        var answer = Mmi.Run("doctor").Succeeded();
        Assert.Equal(["SDK", "runtime", "system", "processors", "memory", "libtorch", "libstdc++"], answer.Lines.Select(line => line.Split(' ')[0]));
        Assert.Contains(answer.Lines, line => line.StartsWith("libtorch ", StringComparison.Ordinal) && line.Contains(" threads, ", StringComparison.Ordinal));
    }
}
