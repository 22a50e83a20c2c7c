import { durationMs } from '../duration.ts';
import { fieldsOf, itemsOf, matching, notMatching, unquoted } from './rule.ts';
import type { Rule } from './rule.ts';

const durationPattern = String.raw`^([0-9]{1,6}(h|ms|m|s))+$`;

/** The paths to one value of JSONPath (RFC 9535), in their plain forms. */
const jsonPathPattern = String.raw`^\$(\.[A-Za-z_][A-Za-z0-9_-]*|\[[0-9]{1,9}\]|\['[^'\\]+'\])*$`;

/** Names, globs, paths and amounts. */
export const otherRules = {
  crName: {
    message: 'choose a metadata.name of at most 63 characters: it becomes the value of a label',
    cel: 'self.metadata.name.size() <= 63',
    holds: (value) => {
      const { name } = fieldsOf(fieldsOf(value)['metadata']);
      return typeof name !== 'string' || name.length <= 63;
    },
  },
  profileName: matching(
    '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    'give the name of a SyncProfile in this namespace, such as site',
  ),
  dependsOnOthers: {
    message: 'a profile does not depend on itself: name another one in spec.dependsOn',
    cel: '!has(self.spec.dependsOn) || self.spec.dependsOn.all(other, other.profileName != self.metadata.name)',
    holds: (value) => {
      const { name } = fieldsOf(fieldsOf(value)['metadata']);
      return itemsOf(fieldsOf(fieldsOf(value)['spec'])['dependsOn']).every(({ profileName }) => profileName !== name);
    },
  },
  secretName: unquoted(
    matching(
      '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
      'give the name of a Secret in this namespace, such as git-token; the secret itself does not belong here',
    ),
  ),
  secretKey: matching('^[-._a-zA-Z0-9]+$', 'give the name of a key in that Secret, such as token'),
  pollingInterval: {
    message: 'give a time from 5s to 24h, such as 45s, 5m or 1h30m; to turn polling off, set polling.enabled to false',
    cel: `self.matches(r"${durationPattern}") && duration(self) >= duration('5s') && duration(self) <= duration('24h')`,
    holds: (value) => {
      if (typeof value !== 'string') return true;
      const ms = new RegExp(durationPattern).test(value) ? durationMs(value) : undefined;
      return ms !== undefined && ms >= 5_000 && ms <= 86_400_000;
    },
    quotes: true,
  },
  imageReference: matching(
    String.raw`^[A-Za-z0-9][A-Za-z0-9._:/@-]*$`,
    'write an image as registry/name:tag or registry/name@sha256:…',
  ),
  globGiven: matching('.', 'write a glob such as **/*.bak, or remove the item'),
  globRelative: notMatching(
    String.raw`^/|(^|/)\.\.(/|$)|[\x00-\x1f\x7f\\]`,
    'globs are relative, with "/" between folders, without ".." and backslashes: **/*.bak',
  ),
  globGroups: notMatching(
    String.raw`(^|[^\[])\(`,
    'groups such as +(a|b) are not supported: use *, **, ?, [abc] and {a,b}; write a parenthesis as [(]',
  ),
  globStars: notMatching(
    String.raw`([^/*]*\*+){5}|(\*\*[^*]+){5}`,
    'a glob has at most four * in one part and at most four **: split it into several globs',
  ),
  modeName: matching(
    '^[A-Za-z0-9][A-Za-z0-9_-]*$',
    'give the name of a deployment mode: letters, digits, "-" and "_", such as production',
  ),
  jsonPaths: {
    message: "paths name one value each, such as $.systemName, $.list[0] or $['a name'].part",
    cel: undefined,
    holds: (value) => Object.keys(fieldsOf(value)).every((key) => new RegExp(jsonPathPattern).test(key)),
  },
  varNames: {
    message: 'names of vars are identifiers: letters, digits and "_", not beginning with a digit, such as site_name',
    cel: String.raw`self.all(key, key.matches(r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"))`,
    holds: (value) => Object.keys(fieldsOf(value)).every((key) => /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(key)),
  },
} satisfies Readonly<Record<string, Rule>>;
