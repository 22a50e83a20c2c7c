import { readFileSync } from 'node:fs';
import { StokerError } from '@stoker/errors';

export interface Address {
  /** Undefined: every address of the machine, IPv6 and IPv4, as far as it has them. */
  readonly host: string | undefined;
  readonly port: number;
}

/** Where Kubernetes tells a pod its own namespace. */
const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** The command line cannot be carried out as written: exit code 2. */
export function invalidUsage(message: string, hint: string): StokerError {
  return new StokerError(message, { reason: 'InvalidUsage', class: 'stalled', hint });
}

/** `HOST:PORT`, `[::1]:PORT`; without a host, `:PORT`, every address of the machine. Throws `InvalidUsage`. */
export function addressOf(option: string, value: string): Address {
  const match = /^(.*):(\d{1,5})$/.exec(value);
  const port = Number(match?.[2]);
  if (!match || port > 65_535)
    throw invalidUsage(`--${option} is "${value}"`, 'write HOST:PORT or :PORT, for example 127.0.0.1:8080');
  // Whoever listens knows an IPv6 address without its brackets only.
  return { host: match[1]?.replace(/^\[(.*)\]$/, '$1') || undefined, port };
}

/** Words between commas. */
export function listOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Throws `InvalidUsage`. */
export function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const match = allowed.find((candidate) => candidate === value);
  if (match === undefined) throw invalidUsage(`--${option} is "${value}"`, `it must be one of ${allowed.join(', ')}`);
  return match;
}

/** Of the pod that this is; outside of one, `default`, as kubectl has it. */
export function ownNamespace(): string {
  try {
    return readFileSync(namespaceFile, 'utf8').trim();
  } catch {
    return 'default'; // Outside a pod there is no such file.
  }
}
