using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Tests.Interleaved;

/// <summary>Tokens as cells of a picture.</summary>
public sealed class TokenGridTests
{
    [Theory]
    [InlineData(4, 2, 2)]
    [InlineData(8, 2, 4)]
    [InlineData(9, 3, 3)]
    [InlineData(32, 4, 8)]
    [InlineData(64, 8, 8)]
    public void Tokens_make_the_grid_nearest_to_a_square(int count, int rows, int columns) => Assert.Equal(new TokenGrid(rows, columns), TokenGrid.Of(count));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_row_is_no_grid(int count) => Assert.Null(TokenGrid.Of(count));
}
