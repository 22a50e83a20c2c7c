// Runs a simulated gateway until SIGTERM. It is a fake: good for tests, and for nothing else.
import { parseCommandLine, usage } from './parseCommandLine.ts';
import { startGateway } from './startGateway.ts';

try {
  const command = parseCommandLine(process.argv.slice(2));
  if (command === 'help') process.stdout.write(usage);
  else await run(command);
} catch (error) {
  fail(error);
}

async function run(options: Parameters<typeof startGateway>[0]): Promise<void> {
  process.stdout.write(`this is a simulated gateway, not Ignition; data folder ${options.dataDir}\n`);
  const gateway = await startGateway({ ...options, onFault: fail });
  process.stdout.write(`running at ${gateway.httpUrl} and ${gateway.httpsUrl}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void gateway.close().then(() => process.exit(0)));
  }
}

/** As a container: what stops a gateway ends it, and the kubelet starts it again. */
function fail(error: unknown): never {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`);
  process.exit(1);
}
