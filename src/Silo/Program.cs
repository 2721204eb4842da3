return MmiGrains.Silo.CommandLine.Run(args, Console.Out, Console.Error);
