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
];

/** By package, the packages of this workspace it may import. No package is anywhere allowed to import an app. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  '@stoker/errors': [],
  // Useful to any controller in JavaScript: it knows nothing of Stoker.
  '@stoker/kube': [],
  '@stoker/template': foundation,
  '@stoker/logging': foundation,
  '@stoker/webhook-hmac': foundation,
  '@stoker/gitref': foundation,
  '@stoker/ignition': foundation,
  '@stoker/gateway-sim': foundation,
  '@stoker/crd-types': [...foundation, '@stoker/template'],
  // Knows neither Kubernetes nor HTTP nor git: a tree reaches it through an interface of its own.
  '@stoker/sync-engine': [...foundation, '@stoker/template'],
  '@stoker/controller': everything,
  // Its tests run beside a simulated gateway.
  '@stoker/agent': [...everything, '@stoker/gateway-sim'],
  '@stoker/injector-webhook': everything,
  '@stoker/e2e': [...everything, '@stoker/gateway-sim'],
  '@stoker/bench': everything,
};

/** What tests, and the files beside them under `testing/`, may import whatever their layer. */
export const forTests: readonly string[] = ['@stoker/gateway-sim'];
