// The programs of the system that the full tier needs on Linux, and the Debian packages that hold them.
import type { Missing } from './cluster.ts';
import { hasProgram } from './runProgram.ts';
import { existsSync } from 'node:fs';

const packageOf: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  openssl: 'openssl',
  curl: 'curl',
  mmdebstrap: 'mmdebstrap',
  skopeo: 'skopeo',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  git: 'git',
  strace: 'strace',
};

/** Debian packages whose programs are not here. A program from elsewhere (Docker's containerd) serves as well. */
export function missingDebianPackages(): string[] {
  const packages = Object.entries(packageOf)
    .filter(([program]) => !hasProgram(program))
    .map(([, name]) => name);
  if (!existsSync('/usr/lib/cni/bridge')) packages.push('containernetworking-plugins');
  // The base of the images is Debian's, whatever this machine runs.
  if (!existsSync('/usr/share/keyrings/debian-archive-keyring.gpg')) packages.push('debian-archive-keyring');
  return packages;
}

/** The same as sentences for a person. */
export function missingPrograms(): Missing[] {
  return missingDebianPackages().map((name) => ({
    what: `${name} (Debian package)`,
    how: `npm run setup, or apt-get install ${name}`,
  }));
}
