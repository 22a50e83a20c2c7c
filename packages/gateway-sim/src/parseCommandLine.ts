import { parseArgs } from 'node:util';
import type { GatewayOptions } from './startGateway.ts';

export const usage = `A simulated Ignition gateway, for tests. It is not Ignition.

gateway-sim --data-dir=DIR [options]

  --data-dir=DIR            the data folder, the only one that is written
  --host=ADDRESS            default 0.0.0.0
  --http-port=PORT          default 8088
  --https-port=PORT         default 8043, with a self-signed certificate
  --name=NAME               of the gateway
  --mode=MODE               deployment mode, the collection that overrides core
  --api-token=NAME:KEY      a token with every right, beside those in the data folder
  --owner=UID|any           whom all files must belong to; default: who runs this
  --signatures=accept|skip  what becomes of resources with a wrong signature; default accept
  --start-ms=N              how long a start takes; default 500
  --restart-ms=N            how long a restart takes; default 5000
`;

const options = {
  help: { type: 'boolean' },
  'data-dir': { type: 'string' },
  host: { type: 'string', default: '0.0.0.0' },
  'http-port': { type: 'string', default: '8088' },
  'https-port': { type: 'string', default: '8043' },
  name: { type: 'string' },
  mode: { type: 'string' },
  'api-token': { type: 'string' },
  owner: { type: 'string', default: String(process.getuid?.() ?? 'any') },
  signatures: { type: 'string', default: 'accept' },
  'start-ms': { type: 'string', default: '500' },
  'restart-ms': { type: 'string', default: '5000' },
} as const;

/** Throws an `Error` with a sentence for the person on anything it does not know. */
export function parseCommandLine(args: readonly string[]): GatewayOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return 'help';
  if (values['data-dir'] === undefined) throw new Error('--data-dir is missing');
  const { signatures } = values;
  if (signatures !== 'accept' && signatures !== 'skip') throw new Error('--signatures is neither accept nor skip');
  return {
    dataDir: values['data-dir'],
    host: values.host,
    httpPort: numberOf('--http-port', values['http-port']),
    httpsPort: numberOf('--https-port', values['https-port']),
    name: values.name,
    mode: values.mode,
    apiToken: values['api-token'],
    ownerUid: values.owner === 'any' ? undefined : numberOf('--owner', values.owner),
    signaturePolicy: signatures,
    startMs: numberOf('--start-ms', values['start-ms']),
    restartMs: numberOf('--restart-ms', values['restart-ms']),
  };
}

function numberOf(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${flag} is ${text}, not a whole number`);
  return Number(text);
}
