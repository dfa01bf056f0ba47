System.Console.WriteLine("actor-transfer");
