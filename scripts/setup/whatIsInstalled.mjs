// Everything that set-up and other commands install or make, in its order. Plain JavaScript: it is shown before the project's own Node exists.

export const whatIsInstalled = [
  { name: 'toolchain', what: 'Node 24 and pnpm from npm, into .tools/ of this checkout' },
  { name: 'packages', what: 'the packages of pnpm-lock.yaml, into node_modules/' },
  {
    name: 'debian',
    what: 'where the cluster is made of processes of this machine (Debian, root, no Docker engine), with apt-get: containerd, runc, containernetworking-plugins, iptables, iproute2, mmdebstrap, skopeo, openssh-server, openssh-client, strace, as far as their programs are missing; docker-registry and docker.io are fetched for tests and not installed',
  },
  {
    name: 'kube',
    what: 'where the cluster is made of processes, kubectl is missing, or tests need an API server: Kubernetes 1.34, etcd and CoreDNS as one binary, built with Go (eight minutes once, 150 MB)',
  },
  { name: 'helm', what: 'Helm 3.22, built with Go (one to three minutes once)' },
  { name: 'kind', what: 'where a Docker engine answers: kind, built with Go' },
  { name: 'build', what: 'type-checked packages and bundled programs, into dist/ and bundle/' },
  { name: 'images', what: 'the base of the images: Debian packages without Docker, where there is no Docker engine' },
];

/** What set-up leaves to the first command that needs it. */
const whatIsBuiltLater = [
  { name: 'actionlint', what: 'by npm run lint, with Go' },
  { name: 'promtool', what: 'by npm run lint and the tests of metrics, with Go (four minutes once)' },
  { name: 'cosign', what: 'by the signing of a release and its test, with Go (three minutes once)' },
  { name: 'cert-manager', what: 'by the test of certificates, with Go (two minutes once)' },
  { name: 'CRDs', what: "of cert-manager and Prometheus operator, by the chart's tests, with Go (8 MB once)" },
];

const line = ({ name, what }) => `  ${name.padEnd(12)} ${what}`;

/** The list as text, and how to say no. */
export function describeSetup() {
  return `npm run setup makes what is missing of:

${whatIsInstalled.map(line).join('\n')}

Built where it is missing, when it is first needed:

${whatIsBuiltLater.map(line).join('\n')}

What is built outlives the checkout, under \${XDG_CACHE_HOME:-~/.cache}/stoker. A first run may take ten minutes, later ones seconds.

  --dry-run      print this and do nothing
  --no-install   install nothing; say what is missing (also: STOKER_SETUP=off, for every command)`;
}
