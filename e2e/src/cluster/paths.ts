// Where the cluster keeps what it makes. Everything lies under the user's cache folder, nothing in the checkout.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `${XDG_CACHE_HOME:-~/.cache}/stoker`. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'stoker');

/** The root of this checkout. */
export const checkout = join(import.meta.dirname, '../../..');
