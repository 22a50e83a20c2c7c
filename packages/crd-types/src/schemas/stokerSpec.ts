import Type, { type Static } from 'typebox';
import type { Frozen } from './frozen.ts';
import { excludePatterns } from './globs.ts';
import { secretKeyRef } from './secretRef.ts';

const token = Type.Object(
  {
    secretRef: secretKeyRef('The token, or the password that belongs to the user name.'),
    username: Type.Optional(
      Type.String({
        description: 'User name that goes with the token. Without one, a name that the common servers accept is sent.',
        minLength: 1,
        maxLength: 256,
      }),
    ),
  },
  { description: 'A token for an https:// or http:// repository.' },
);

const sshKey = Type.Object(
  {
    secretRef: secretKeyRef('The private key, in OpenSSH or PEM form, without a passphrase.'),
    knownHosts: Type.Optional(
      Type.Object(
        { secretRef: secretKeyRef('Lines as in known_hosts, with the host keys of the git server.') },
        {
          description:
            'Host keys that the git server may show. Without them any key is accepted, and the condition HostKeyVerified says so.',
        },
      ),
    ),
  },
  { description: 'A deploy key for an SSH repository.' },
);

const githubApp = Type.Object(
  {
    appId: Type.Integer({
      description: 'App ID, from the settings of the App.',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
    }),
    installationId: Type.Integer({
      description: 'Number at the end of the URL of the installation, under Installed GitHub Apps.',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
    }),
    privateKeySecretRef: secretKeyRef(
      'Private key of the App: the .pem file, unchanged. It stays with the controller; gateways are given tokens for the one repository.',
    ),
    apiBaseURL: Type.Optional(
      Type.String({
        description:
          'REST API of GitHub. Without it what belongs to the host of the repository: https://api.github.com, https://api.NAME.ghe.com, or https://HOST/api/v3.',
        maxLength: 2048,
        'x-stoker-rules': ['apiBaseUrlForm'],
      }),
    ),
  },
  { description: 'A GitHub App that is installed on an https:// repository.' },
);

const git = Type.Object(
  {
    repo: Type.String({
      description:
        'The repository: https://, http://, ssh:// or git:// with host and path, or user@host:path. Without credentials.',
      maxLength: 2048,
      'x-stoker-rules': ['repositoryForm', 'repositoryCredentials'],
    }),
    ref: Type.String({
      description:
        'Branch, tag or full commit SHA. refs/heads/… and refs/tags/… tell a branch from a tag of the same name.',
      maxLength: 1024,
      'x-stoker-rules': ['refGiven', 'refShortSha', 'refLowerCaseSha', 'refNamespace', 'refCharacters', 'refParts'],
    }),
    auth: Type.Optional(
      Type.Object(
        { token: Type.Optional(token), sshKey: Type.Optional(sshKey), githubApp: Type.Optional(githubApp) },
        { description: 'How to log in to the git server. One of them.', 'x-stoker-rules': ['oneAuth'] },
      ),
    ),
    caBundleSecretRef: Type.Optional(
      secretKeyRef("PEM certificates that replace the system's authorities for this repository."),
    ),
    proxy: Type.Optional(
      Type.String({
        description:
          'HTTP proxy between the cluster and an https:// or http:// repository: http://proxy.example.com:3128.',
        maxLength: 512,
        'x-stoker-rules': ['proxyForm'],
      }),
    ),
  },
  {
    description: 'Where the files come from.',
    'x-stoker-rules': ['tokenNeedsHttp', 'sshKeyNeedsSsh', 'githubAppNeedsHttps', 'proxyNeedsHttp'],
  },
);

const polling = Type.Object(
  {
    enabled: Type.Boolean({
      description: 'Ask the git server at intervals. Push events work either way.',
      default: true,
    }),
    interval: Type.String({
      description: 'Time between two questions, from 5s to 24h: 45s, 5m, 1h30m.',
      default: '60s',
      maxLength: 32,
      'x-stoker-rules': ['pollingInterval'],
    }),
  },
  { description: 'The safety net behind push events.', default: {} },
);

const gateway = Type.Object(
  {
    port: Type.Integer({
      description: 'Port of the web server of the gateway.',
      default: 8043,
      minimum: 1,
      maximum: 65535,
    }),
    tls: Type.Boolean({ description: 'Whether that port speaks TLS.', default: true }),
    apiKeySecretRef: Type.Optional(
      secretKeyRef('API key of the gateway, as name:key. Without one the gateway is not asked to scan.'),
    ),
    caBundleSecretRef: Type.Optional(
      secretKeyRef(
        "PEM certificates that the gateway's own certificate is checked against. Without them it is not checked.",
      ),
    ),
  },
  { description: "The gateway's REST API, as seen from its own pod.", default: {} },
);

const quantities = (description: string) =>
  Type.Optional(
    Type.Record(
      Type.String(),
      Type.Unsafe<string | number>({
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        'x-kubernetes-int-or-string': true,
      }),
      { description },
    ),
  );

const agent = Type.Object(
  {
    image: Type.Optional(
      Type.String({
        description: "Image of the agent, instead of the one of the installation. Pods can't choose it.",
        maxLength: 512,
        'x-stoker-rules': ['imageReference'],
      }),
    ),
    resources: Type.Optional(
      Type.Object(
        {
          limits: quantities('Most that the agent may use.'),
          requests: quantities('What is set aside for the agent.'),
        },
        { description: 'As for any container. Without it, what the installation says.' },
      ),
    ),
    startPolicy: Type.Enum(['LastKnownGood', 'RequireSync'], {
      description:
        'What a starting gateway waits for. LastKnownGood: the last completed sync is good enough while git is away. RequireSync: only the current release is. An empty folder always waits.',
      default: 'LastKnownGood',
    }),
    upgradePolicy: Type.Enum(['OnRestart', 'InPlace'], {
      description:
        'When gateways get the agent of another image. OnRestart: with their next pod; the condition AgentOutdated names them until then. InPlace: one after another in their running pods, which restarts the agent alone.',
      default: 'OnRestart',
    }),
  },
  { description: 'The sidecar that keeps the folder of a gateway.', default: {} },
);

export const stokerSpec = Type.Object(
  {
    git,
    polling,
    webhook: Type.Optional(
      Type.Object(
        { secretRef: secretKeyRef("What the sender signs this resource's push events with.") },
        { description: 'Push events for this resource alone: POST /webhook/{namespace}/{name}.' },
      ),
    ),
    gateway,
    excludePatterns: excludePatterns('Globs of files that no profile syncs. .resources folders are always left out.', [
      '**/.git/',
      '**/.gitkeep',
    ]),
    agent,
    limits: Type.Optional(
      Type.Object(
        {
          maxConcurrentSyncs: Type.Optional(
            Type.Integer({
              description: 'How many gateways may be on their way to a release at one time.',
              minimum: 1,
            }),
          ),
          maxSyncsPerMinute: Type.Optional(
            Type.Integer({ description: 'How many gateways may be given a release within a minute.', minimum: 1 }),
          ),
        },
        {
          description:
            'How fast a commit spreads over the gateways of this Stoker. The others wait, whoever waits longest goes first. Gateways that come back get what they had, and are not held.',
        },
      ),
    ),
    allowRefOverride: Type.Boolean({
      description: 'Whether the annotation stoker.io/ref-override may put single pods on another ref.',
      default: true,
    }),
    paused: Type.Boolean({
      description: 'No new releases. Gateways keep, and refill, what they have.',
      default: false,
    }),
  },
  { description: 'What is wanted.' },
);

/** The wanted state of a `Stoker`, defaults applied. */
export type StokerSpec = Frozen<Static<typeof stokerSpec>>;
