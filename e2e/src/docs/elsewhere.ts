/** A block of commands that `commands.test.ts` cannot run, and the test that does what it says. */
export interface Elsewhere {
  readonly file: string;
  /** How the block begins. */
  readonly begins: string;
  readonly because: string;
  readonly test: string;
  /** Text of that test: the title, or the command as it is there. */
  readonly says: string;
}

const apiServer = 'needs an API server';
const cluster = 'needs a cluster';
const allTests = 'runs tests';

export const elsewhere: readonly Elsewhere[] = [
  {
    file: 'CONTRIBUTING.md',
    begins: 'pnpm test --filter',
    because: allTests,
    test: 'scripts/test/testArguments.test.ts',
    says: 'runs only unit tests of a package that is filtered for, in both spellings of the option',
  },
  {
    file: 'README.md',
    begins: 'npm run demo',
    because: cluster,
    test: 'e2e/tests/external.e2e.test.ts',
    says: 'runs the main job with images that the nodes pull from STOKER_REGISTRY',
  },
  { file: 'README.md', begins: 'npm test', because: allTests, test: '.ci/run', says: 'npm -s test' },
  {
    file: 'README.md',
    begins: 'STOKER_REGISTRY=registry.example.com/stoker npm run cluster -- install',
    because: cluster,
    test: 'e2e/tests/commands.e2e.test.ts',
    says: 'load-images builds the images from this checkout, and install the chart with what follows --',
  },
  {
    file: 'SECURITY.md',
    begins: "identity='--certificate-oidc-issuer",
    because: 'asks a public log about a release',
    test: 'e2e/tests/releaseToRegistry.e2e.test.ts',
    says: '%s is verified, and carries a signed bill of what its program runs with',
  },
  {
    file: 'bench/README.md',
    begins: 'KUBE_SOAK_SECONDS=3600',
    because: 'takes an hour',
    test: 'packages/kube/src/testing/soak/soak.api.test.ts',
    says: "process.env['KUBE_SOAK_SECONDS']",
  },
  {
    file: 'deploy/charts/stoker/README.md',
    begins: 'helm install stoker oci://REGISTRY/charts/stoker',
    because: cluster,
    test: 'e2e/tests/docs.e2e.test.ts',
    says: 'the quickstart ends with a gateway on the commit',
  },
  {
    file: 'docs/audit.md',
    begins: '$ kubectl -n stoker-system logs',
    because: cluster,
    test: 'e2e/tests/audit.e2e.test.ts',
    says: 'a push event is one delivery, and a release and a sync of each gateway that have its commit',
  },
  {
    file: 'docs/installation.md',
    begins: '$ skopeo copy --all',
    because: 'copies between two registries',
    test: 'e2e/tests/external.e2e.test.ts',
    says: 'runs the main job with images that the nodes pull from STOKER_REGISTRY',
  },
  {
    file: 'docs/installation.md',
    begins: '$ tar -xzf stoker-agent-VERSION.tgz',
    because: 'needs a release',
    test: 'scripts/release/rehearsal.test.ts',
    says: 'holds the agent as a program that needs nothing but Node',
  },
  {
    file: 'docs/libraries.md',
    begins: '$ npm install @stoker/gitref @stoker/sync-engine',
    because: 'needs a registry with a release',
    test: 'scripts/release/outsiders.test.ts',
    says: 'the example of @stoker/gitref lists the files of a commit',
  },
  {
    file: 'docs/upgrading.md',
    begins: '$ kubectl annotate --overwrite crd',
    because: cluster,
    test: 'deploy/charts/tests/releases.api.test.ts',
    says: 'leaves CRDs and resources behind when it is uninstalled, for another to take over as the README says',
  },
  {
    file: 'e2e/README.md',
    begins: 'npm test -- e2e',
    because: allTests,
    test: 'e2e/tests/commands.e2e.test.ts',
    says: 'up leaves a cluster that is up as it is',
  },
  {
    file: 'scripts/release/README.md',
    begins: 'mkdir -p /tmp/npm',
    because: 'starts a registry and releases to it',
    test: 'scripts/release/rehearsal.test.ts',
    says: 'publishes the packages with versions for one another',
  },
  {
    file: 'scripts/release/README.md',
    begins: 'export STOKER_REGISTRY=registry.plant.example/stoker',
    because: 'builds images and pushes them to a registry',
    test: 'e2e/tests/releaseToRegistry.e2e.test.ts',
    says: '%s is verified, and carries a signed bill of what its program runs with',
  },
  ...[
    ['$ kubectl --namespace plant create secret generic github-app', 'makes the Secrets that its examples name'],
    ['$ ssh-keygen', 'the page on authentication makes the Secrets that its examples name, with their keys'],
    [
      '$ kubectl --namespace plant create secret generic git-ca',
      'the page on authentication makes the Secrets that its examples name, with their keys',
    ],
  ].map(([begins = '', says = '']) => ({
    file: 'docs/git-authentication.md',
    begins,
    because: apiServer,
    test: 'e2e/src/docs/commands.api.test.ts',
    says,
  })),
  {
    file: 'apps/controller/README.md',
    begins: 'stoker-controller --help',
    because: apiServer,
    test: 'e2e/src/docs/commands.api.test.ts',
    says: 'the controller starts against the current kubeconfig as its README says, and ends when it is told to',
  },
  {
    file: 'apps/injector-webhook/README.md',
    begins: 'stoker-injector --help',
    because: apiServer,
    test: 'e2e/src/docs/commands.api.test.ts',
    says: 'the injector starts against the current kubeconfig as its README says, and ends when it is told to',
  },
  ...[
    ['npm run setup\ninstall', 'the installation is healthy, and its gateways are on their commit'],
    ['kubectl stoker get', 'the installation is healthy, and its gateways are on their commit'],
    ['kubectl stoker explain', '%s explains itself, tells what its last sync changed, and shows the log of its agent'],
    [
      'until kubectl stoker explain',
      'a paused plant keeps its gateways where they are and says so, until it is resumed',
    ],
  ].map(([begins = '', says = '']) => ({
    file: 'docs/kubectl-stoker.md',
    begins,
    because: cluster,
    test: 'e2e/tests/kubectlStoker.e2e.test.ts',
    says,
  })),
  ...[
    ['apps/kubectl-stoker/README.md', 'npx kubectl-stoker'],
    ['docs/kubectl-stoker.md', 'npx kubectl-stoker'],
    ['docs/kubectl-stoker.md', 'npm install --global kubectl-stoker'],
  ].map(([file = '', begins = '']) => ({
    file,
    begins,
    because: 'needs a registry with a release',
    test: 'scripts/release/rehearsal.test.ts',
    says: 'has kubectl stoker, for npx to try and for npm to install',
  })),
];
