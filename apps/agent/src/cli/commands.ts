import type { CommandSpec } from '@stoker/command-line';
import type { OptionName } from './options.ts';

const where = ['repo', 'ref', 'target'] as const;

const fromRepository = [
  'profile',
  'gateway-name',
  'set',
  'token-file',
  'username',
  'ssh-key-file',
  'known-hosts-file',
  'ca-file',
  'proxy',
  'cache',
] as const;

export const commandSpecs = {
  sync: {
    summary: 'make a folder equal to a commit, once',
    about: 'Makes the target equal to the repository at REF, live edits included. No cluster is needed or asked.',
    words: [],
    required: where,
    options: [...where, ...fromRepository, 'dry-run', 'output'],
    examples: [
      'stoker-agent sync --repo https://git.example.com/plant.git --ref main --target /usr/local/bin/ignition/data',
      'stoker-agent sync --repo ./plant --ref v1.4.0 --profile site.yaml --gateway-name north --target /tmp/data',
      'stoker-agent sync --repo git@git.example.com:plant.git --ref main --ssh-key-file key --known-hosts-file hosts \\\n      --profile area.yaml --set line=7 --target data --dry-run --output json',
    ],
  },
  watch: {
    summary: 'keep a folder equal to a branch, for ever',
    about:
      'Like sync, again and again: for gateways on bare metal, under systemd. Failures are tried again with back-off; SIGTERM ends it cleanly.',
    words: [],
    required: where,
    options: [...where, ...fromRepository, 'interval', 'output'],
    examples: [
      'stoker-agent watch --repo https://git.example.com/plant.git --ref main --token-file /etc/stoker/token \\\n      --profile /etc/stoker/profile.yaml --gateway-name north --target /usr/local/bin/ignition/data --interval 30s',
    ],
  },
  diff: {
    summary: 'list what sync would change',
    about: 'Changes nothing. Lists each file that sync would add (+), modify (~) or delete (-).',
    words: [],
    required: where,
    options: [...where, ...fromRepository, 'output'],
    examples: ['stoker-agent diff --repo ./plant --ref main --profile site.yaml --target /usr/local/bin/ignition/data'],
  },
  status: {
    summary: 'say what a folder was last made equal to',
    about: 'Reads what the last sync left in the target’s .stoker/ folder. Asks no repository.',
    words: [],
    required: ['target'],
    options: ['target', 'output'],
    examples: ['stoker-agent status --target /usr/local/bin/ignition/data'],
  },
  recover: {
    summary: 'finish or undo an interrupted sync',
    about:
      'After a crash: the folder ends exactly as before the interrupted sync or exactly as after it. sync does this too, first.',
    words: [],
    required: ['target'],
    options: ['target', 'output'],
    examples: ['stoker-agent recover --target /usr/local/bin/ignition/data'],
  },
  clean: {
    summary: 'forget a folder: remove its .stoker/',
    about: 'Removes Stoker’s own working folder with its manifest and snapshots. The gateway’s files stay as they are.',
    words: [],
    required: ['target'],
    options: ['target', 'output'],
    examples: ['stoker-agent clean --target /usr/local/bin/ignition/data'],
  },
  sidecar: {
    summary: 'run beside a gateway in Kubernetes',
    about: 'What the injector starts in a gateway’s pod. Takes everything else from its environment.',
    words: [],
    options: ['log-level'],
    examples: ['stoker-agent sidecar'],
  },
} as const satisfies Record<string, CommandSpec<OptionName>>;

export type CommandName = keyof typeof commandSpecs;
