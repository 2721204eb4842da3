using MmiGrains.Silo;
using MmiGrains.Silo.Decoding;

return args is [DecoderProgram.Name, _, _] ? DecoderProgram.Run(args) : CommandLine.Run(args, Console.Out, Console.Error);
