import Type, { type Static } from 'typebox';
import type { Frozen } from './frozen.ts';
import { excludePatterns, globRules } from './globs.ts';
import { jsonValue } from './jsonValue.ts';

const pathRules = ['pathGiven', 'pathRelative', 'pathInside', 'pathCharacters', 'pathTemplate'];

const patch = Type.Object(
  {
    file: Type.String({
      description: 'Glob over paths below the destination; for a mapping of type file, over the name of that file.',
      maxLength: 512,
      'x-stoker-rules': globRules,
    }),
    set: Type.Record(Type.String(), jsonValue('New value; texts in it may hold templates.'), {
      description:
        "Path to a value that the file has ($.systemName, $.list[0], $['a name']) and its new value. Texts may hold templates.",
      minProperties: 1,
      maxProperties: 16,
      'x-stoker-rules': ['jsonPaths'],
    }),
  },
  { description: 'Values to set in some JSON files.' },
);

const mapping = Type.Object(
  {
    source: Type.String({
      description: 'Folder or file in the repository; "." is its root. May hold templates: sites/{{.Vars.site}}.',
      maxLength: 1024,
      'x-stoker-rules': pathRules,
    }),
    destination: Type.String({
      description: 'Folder or file in the data folder of the gateway; "." is its root. May hold templates.',
      maxLength: 1024,
      'x-stoker-rules': [...pathRules, 'destinationFree'],
    }),
    type: Type.Enum(['dir', 'file'], { description: 'What the source is.', default: 'dir' }),
    required: Type.Boolean({ description: 'A source that is not there is an error.', default: false }),
    prune: Type.Enum(['mirror', 'owned'], {
      description:
        'What is deleted. mirror: the destination ends equal to git. owned: only what Stoker wrote; always so for a mapping to the root.',
      default: 'mirror',
    }),
    allowEmpty: Type.Boolean({
      description: 'A source that vanishes may empty the destination. Otherwise such a sync is refused.',
      default: false,
    }),
    template: Type.Boolean({
      description:
        'Text files are templates: {{.GatewayName}}, {{.Vars.key}} and the other variables in them are replaced. A resource.json beside a changed file is signed anew.',
      default: false,
    }),
    patches: Type.Array(patch, {
      description: 'Values to set in JSON files of this mapping, after the template; every other byte stays.',
      default: [],
      maxItems: 16,
      'x-kubernetes-list-type': 'atomic',
    }),
  },
  { description: 'One folder or file.', 'x-stoker-rules': ['fileIsNamed'] },
);

const deploymentMode = Type.Object(
  {
    name: Type.String({
      description: 'Name of the deployment mode.',
      maxLength: 64,
      'x-stoker-rules': ['modeName'],
    }),
    source: Type.String({
      description: 'Folder in the repository that is laid over config/resources/core. May hold templates.',
      maxLength: 1024,
      'x-stoker-rules': pathRules,
    }),
  },
  { description: 'Resources of a deployment mode, applied last.' },
);

const verification = Type.Object(
  {
    onFailure: Type.Enum(['report', 'retry', 'rollback'], {
      description:
        'What follows when the gateway has a problem that it did not have before the sync: a project that it does not load, a module in quarantine, a changed resource that is not healthy or is gone. report: the condition Verified says so, and the release stands. retry: scanned again after 5, 15 and 45 seconds, then the gateway counts as failed. rollback: the folder goes back to the release before and is scanned again; the release is not tried again until another one comes or a person asks with stoker.io/sync-now. Where nothing was synced before, there is nothing to go back to: the gateway counts as failed. A gateway that cannot be asked (no API key, not up, Ignition 8.1) is never rolled back: Verified is Unknown and tells why.',
      default: 'report',
    }),
  },
  { description: 'The gateway is asked for its health after it has scanned what was synced.', default: {} },
);

const dependency = Type.Object(
  {
    profileName: Type.String({
      description: 'Another SyncProfile of this namespace, which itself depends on none.',
      maxLength: 253,
      'x-stoker-rules': ['profileName'],
    }),
    condition: Type.Enum(['Synced'], {
      description: 'What has to be true of its gateways. Synced: they have completed the commit.',
      default: 'Synced',
    }),
  },
  { description: 'Gateways that go first.' },
);

export const syncProfileSpec = Type.Object(
  {
    mappings: Type.Array(mapping, {
      description: 'What goes where, in this order; where two provide one file, the later one wins.',
      minItems: 1,
      maxItems: 64,
      'x-kubernetes-list-type': 'atomic',
      'x-stoker-rules': ['fileOnce', 'fileOrFolder'],
    }),
    deploymentMode: Type.Optional(deploymentMode),
    excludePatterns: excludePatterns("Globs of files that are not synced, added to the Stoker's.", []),
    vars: Type.Record(Type.String(), Type.String({ maxLength: 1024 }), {
      description: 'Values for {{.Vars.key}} in paths, in files with `template` and in patches.',
      default: {},
      maxProperties: 64,
      'x-stoker-rules': ['varNames'],
    }),
    dependsOn: Type.Array(dependency, {
      description:
        'Gateways of this profile get a commit once all gateways of the named profiles under the same Stoker have completed it. Those on a ref of their own do not count. While no gateway follows a named profile, they stay on what they have.',
      default: [],
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['profileName'],
    }),
    syncPeriod: Type.Integer({
      description: 'Seconds between two checks of the folder, when nothing else happens.',
      default: 30,
      minimum: 5,
      maximum: 3600,
    }),
    driftPolicy: Type.Enum(['report', 'restore', 'ignore'], {
      description:
        'What becomes of files that were changed in the gateway. report: kept, and the condition Drifted is set. restore: put back. ignore: kept.',
      default: 'report',
    }),
    verification,
    designerSessionPolicy: Type.Enum(['proceed', 'wait', 'fail'], {
      description:
        'What becomes of a sync that touches a project which somebody has open in a Designer. proceed: it goes on, and the status says who was editing. wait: until the project is closed; after 10 minutes the gateway counts as failed, and syncs once it is closed. fail: refused, with the names, until it is closed. A gateway that cannot say who is editing (it does not answer, no API key, Ignition 8.1): proceed goes on, wait goes on after 10 minutes, fail refuses. Nobody is asked before the gateway has started, nor for a rollback.',
      default: 'proceed',
    }),
    dryRun: Type.Boolean({ description: 'Plan and report, change nothing.', default: false }),
    paused: Type.Boolean({ description: 'No new releases for gateways with this profile.', default: false }),
  },
  { description: 'What is wanted.' },
);

/** The wanted state of a `SyncProfile`, defaults applied. */
export type SyncProfileSpec = Frozen<Static<typeof syncProfileSpec>>;
