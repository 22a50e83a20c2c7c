// A registry of npm packages on a free port of this machine, for as long as the process lives: node serveNpm.ts FOLDER.
// Prints its address. Anybody may publish @stoker/* and kubectl-stoker to it; it knows no other package and asks no other registry.
import { join } from 'node:path';
import { runServer } from 'verdaccio';

const [folder = ''] = process.argv.slice(2);
const everybody = { access: '$all', publish: '$all', unpublish: '$all' };
const app = await runServer({
  storage: join(folder, 'storage'),
  self_path: join(folder, 'config.yaml'),
  auth: { htpasswd: { file: join(folder, 'htpasswd') } },
  uplinks: {},
  packages: { '@stoker/*': everybody, 'kubectl-stoker': everybody },
  log: { type: 'stdout', format: 'json', level: 'fatal' },
});
app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${app.address().port}/`));
