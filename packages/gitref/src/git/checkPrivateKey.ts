import { gitError } from '../gitError.ts';

const hint = 'The secret must hold an unencrypted private key in OpenSSH or PEM form: ssh-keygen -t ed25519 -N "".';

/**
 * ssh skips a key that it would have to ask a passphrase for, or that is a public one, and then says that the server
 * refuses it.
 *
 * @throws StokerError `AuthenticationFailed`
 */
export function checkPrivateKey(text: string): void {
  if (!text.includes('-----BEGIN ')) {
    const isPublic = /^\s*(?:ssh-|ecdsa-|sk-)/.test(text);
    throw gitError('AuthenticationFailed', isPublic ? 'the SSH key is a public key' : 'the SSH key is no key', {
      hint,
    });
  }
  if (isEncrypted(text)) throw gitError('AuthenticationFailed', 'the SSH key is protected by a passphrase', { hint });
}

function isEncrypted(text: string): boolean {
  if (/BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)/.exec(text)?.[1];
  if (body === undefined) return false;
  // PROTOCOL.key of OpenSSH: a magic word that ends with NUL, then the name of the cipher after its length.
  const cipher = Buffer.from(body, 'base64').subarray('openssh-key-v1\0'.length + 4);
  return cipher.length > 0 && !cipher.toString('latin1').startsWith('none');
}
