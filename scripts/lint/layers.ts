// The layers of 01-architecture, in one place: which packages of this workspace each one may know.

const foundation = ['@stoker/errors'];
const everything = [
  '@stoker/errors',
  '@stoker/template',
  '@stoker/logging',
  '@stoker/crd-types',
  '@stoker/gitref',
  '@stoker/sync-engine',
  '@stoker/webhook-hmac',
  '@stoker/kube',
  '@stoker/ignition',
  '@stoker/audit',
];

/** By package, the packages of this workspace it may import. No package is anywhere allowed to import an app. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  '@stoker/errors': [],
  // Useful to any controller in JavaScript: it knows nothing of Stoker.
  '@stoker/kube': [],
  '@stoker/command-line': foundation,
  '@stoker/template': foundation,
  '@stoker/logging': foundation,
  '@stoker/service': [...foundation, '@stoker/logging'],
  '@stoker/webhook-hmac': foundation,
  '@stoker/gitref': foundation,
  '@stoker/ignition': foundation,
  '@stoker/gateway-sim': foundation,
  '@stoker/crd-types': [...foundation, '@stoker/template'],
  // Knows neither Kubernetes nor HTTP nor git: a tree reaches it through an interface of its own.
  '@stoker/sync-engine': [...foundation, '@stoker/template'],
  // Records have the schema of the other documents.
  '@stoker/audit': [...foundation, '@stoker/logging', '@stoker/crd-types'],
  '@stoker/controller': [...everything, '@stoker/service'],
  // Its tests run beside a simulated gateway.
  '@stoker/agent': [...everything, '@stoker/command-line', '@stoker/gateway-sim'],
  '@stoker/injector-webhook': [...everything, '@stoker/service'],
  // Talks to a cluster as a person does, and knows nothing of git or folders.
  'kubectl-stoker': ['@stoker/errors', '@stoker/command-line', '@stoker/crd-types', '@stoker/kube'],
  '@stoker/e2e': [...everything, '@stoker/gateway-sim'],
  '@stoker/bench': everything,
};

/** What tests, and the files beside them under `testing/`, may import whatever their layer. */
export const forTests: readonly string[] = ['@stoker/gateway-sim'];

/** Packages from elsewhere that only some may know: what they bring along must not spread. */
export const restricted: Readonly<Record<string, readonly string[]>> = {
  // 80 MB and a way around our own client. The tests of the API server ask it as somebody else's client would.
  '@kubernetes/client-node': ['@stoker/kube', '@stoker/e2e'],
};
