using System.Runtime.CompilerServices;

// The tests compare the resampling passes with each other, which nobody else should choose between.
[assembly: InternalsVisibleTo("MmiGrains.Model.Tests")]
