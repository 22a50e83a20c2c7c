// Writes the tables of the chart's README from the comments of its values.yaml.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readValues } from './readValues.ts';
import { valueTables } from './valueTables.ts';

const chart = join(import.meta.dirname, '../stoker');
const readme = join(chart, 'README.md');
const start = '<!-- Generated from values.yaml by npm run docs; edit its comments instead. -->';

const [head, found] = readFileSync(readme, 'utf8').split(start);
if (head === undefined || found === undefined) throw new Error(`${readme} must hold the line ${start}`);
const tables = valueTables(readValues(readFileSync(join(chart, 'values.yaml'), 'utf8')));
writeFileSync(readme, `${head}${start}\n\n${tables}\n`);
