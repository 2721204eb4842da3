using MmiGrains.Silo;

return CommandLine.Run(args, Console.Out, Console.Error);
