import { type CommandSpec, type OptionSpec, type Program, shells } from '@stoker/command-line';

/** Every option of every command, declared once. */
const options = {
  namespace: { value: 'NAMESPACE', short: 'n', summary: 'where to look; default: that of the context' },
  'all-namespaces': { short: 'A', summary: 'look everywhere' },
  context: { value: 'NAME', summary: 'context of the kubeconfig; default: its current one' },
  kubeconfig: { value: 'FILE', summary: 'kubeconfig; default: KUBECONFIG, then ~/.kube/config' },
  output: {
    value: 'FORMAT',
    short: 'o',
    summary: 'json, yaml: one document on stdout and nothing else',
    choices: ['text', 'json', 'yaml'],
    default: 'text',
  },
  follow: { short: 'f', summary: 'go on until interrupted' },
  tail: { value: 'LINES', summary: 'only the last lines' },
} as const satisfies Record<string, OptionSpec>;

type OptionName = keyof typeof options;

const anyCluster: readonly OptionName[] = ['namespace', 'context', 'kubeconfig'];
const cluster: readonly OptionName[] = [...anyCluster, 'output'];
const gateway = { name: 'GATEWAY', needed: true };
const stoker = { name: 'STOKER', needed: false };
const onlyStoker = 'The name may be left out while the namespace has only one Stoker.';

const commands = {
  check: {
    summary: 'is this cluster ready, is the installation healthy, what may I do',
    about:
      'Asks the API server, the CRDs, controller and injector, the lease, the admission webhook, and what you may do. What you may not look at is said to be unknown, and counts as no fault.',
    words: [],
    options: cluster,
    examples: ['kubectl stoker check', 'kubectl stoker check --namespace plant --output json'],
  },
  get: {
    summary: 'Stokers, their gateways, and what state each is in',
    about: 'A tree: each Stoker with its ref and commit, below it each gateway with its state and the commit it runs.',
    words: [stoker],
    options: [...cluster, 'all-namespaces'],
    examples: [
      'kubectl stoker get',
      'kubectl stoker get plant -n plant',
      'kubectl stoker get --all-namespaces -o json',
    ],
  },
  explain: {
    summary: 'why a gateway is not on its commit, and what to do',
    about:
      'Says what a gateway should run, what it runs, and everything that stands between: the ref, the override, the gate that holds it, its agent, the error. Each with what to do. Exit code 1 when something does.',
    words: [gateway],
    options: cluster,
    examples: ['kubectl stoker explain north', 'kubectl stoker explain north -n plant -o yaml'],
  },
  diff: {
    summary: 'what the last sync changed in a gateway',
    about: 'Lists each file that the last sync added (+), modified (~) or deleted (-), up to 500.',
    words: [gateway],
    options: cluster,
    examples: ['kubectl stoker diff north', 'kubectl stoker diff north -n plant -o json'],
  },
  sync: {
    summary: 'resolve the ref and sync now',
    about: `Sets the annotation stoker.io/sync-now: the ref is resolved at once, and every gateway syncs. ${onlyStoker}`,
    words: [stoker],
    options: cluster,
    examples: ['kubectl stoker sync', 'kubectl stoker sync plant -n plant'],
  },
  pause: {
    summary: 'give out no new releases',
    about: `Sets spec.paused: gateways keep what they have. If the Stoker is kept in git, pause it there. ${onlyStoker}`,
    words: [stoker],
    options: cluster,
    examples: ['kubectl stoker pause', 'kubectl stoker pause plant -n plant'],
  },
  resume: {
    summary: 'end a pause',
    about: `Clears spec.paused: gateways get the newest release. ${onlyStoker}`,
    words: [stoker],
    options: cluster,
    examples: ['kubectl stoker resume', 'kubectl stoker resume plant -n plant'],
  },
  logs: {
    summary: "the log of a gateway's agent",
    about: "Prints the log of the agent's container in the gateway's pod: JSON, a record a line.",
    words: [gateway],
    options: [...anyCluster, 'follow', 'tail'],
    examples: ['kubectl stoker logs north --tail 20', 'kubectl stoker logs north -n plant -f'],
  },
  events: {
    summary: 'what was told of a Stoker and its gateways, oldest first',
    about: `Events of the Stoker and of the pods of its gateways. ${onlyStoker}`,
    words: [stoker],
    options: cluster,
    examples: ['kubectl stoker events', 'kubectl stoker events plant -n plant -o json'],
  },
  completion: {
    summary: 'completion for a shell',
    about:
      'Prints what a shell needs to complete kubectl-stoker; with "kubectl" what kubectl needs to complete "kubectl stoker": save it as an executable kubectl_complete-stoker on the PATH.',
    words: [{ name: 'SHELL', needed: true, choices: shells }],
    options: [],
    examples: ['kubectl stoker completion bash', 'kubectl stoker completion kubectl'],
  },
} as const satisfies Record<string, CommandSpec<OptionName>>;

/** What `kubectl stoker` is. */
export const program: Program<keyof typeof commands, OptionName> = {
  name: 'kubectl stoker',
  executable: 'kubectl-stoker',
  summary: 'kubectl stoker tells which gateway is on which commit, why it is not on another, and what to do.',
  commands,
  options,
  exitCodes: { 0: 'all is well', 1: 'something is wrong, or failed', 2: 'the command line is wrong' },
};

export type CommandName = keyof typeof commands;
export type { OptionName };
