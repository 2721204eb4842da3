using MmiGrains.Client;

return await ClientCommandLine.RunAsync(args, Console.In, Console.Out, Console.Error);
