import { addDevices, addMode, addSharedConfig, addSystemProperties } from './gatewayConfig.ts';
import { plantGateways } from './plantGateways.ts';
import { addProjects } from './projects.ts';
import { seededRandom } from './random.ts';
import type { RepositoryFiles } from './repositoryFiles.ts';
import { addTags } from './tags.ts';

const readme = `# Bottling plant

Configuration of the Ignition gateways. \`projects\` holds what runs, \`config/shared\` what all gateways are configured with,
\`config/<area>\` and \`tags/<area>\` what is of one area, \`gateways/<name>\` what is of one gateway, \`modes\` what differs
between development and production.
`;

const logback = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <root level="INFO"/>
</configuration>
`;

/** The repository of a bottling plant, the same for the same seed: about 500 files of which most are views and scripts. */
export function siteRepository(seed = 1): RepositoryFiles {
  const files: RepositoryFiles = new Map();
  const random = seededRandom(seed);
  files.set('README.md', readme);
  files.set('.gitignore', '*.idb\n.resources/\n');
  files.set('config/.gitkeep', '');
  files.set('gateways/logback.xml', logback);
  addProjects(files, random);
  addSharedConfig(files, random);
  for (const { name, area } of plantGateways) {
    addSystemProperties(files, name);
    addDevices(files, `config/${area}`, area, random);
    addTags(files, `tags/${area}`, area, random);
  }
  for (const mode of ['dev', 'prod']) addMode(files, mode, random);
  return files;
}
