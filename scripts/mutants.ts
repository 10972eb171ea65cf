/**
 * `npm run mutants [-- --sample N --seed S --only PATH --layers NAME,NAME --seconds N --most N --tests PATH --json FILE]`: draws
 * mutants of the runs, expressions, store, masking and parsers, and runs the tests that reach each: `npm test` first, then further layers
 * on those that survive. Prints which layer kills how many, and each survivor. The first run records which tests reach which mutants,
 * which takes as long as the layers. Everything is kept in node_modules/.cache/opsdeck/mutants: a run that is ended goes on, and one
 * after tests were moved tries only what may have changed. `--seconds`: ends after so many seconds of wall time. `--most`: CPU seconds of tests for
 * one mutant and layer. `--only`: sources, and `--tests`: test files, that begin with a path. `--record`: records, and stops.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Campaign } from './mutants/campaign.ts';
import { writeJson } from './mutants/fates.ts';
import { type Layer, layerChoices, readLayer } from './mutants/layers.ts';
import { readPopulation } from './mutants/population.ts';
import { reportLines } from './mutants/report.ts';
import { drawSample, type Mutant } from './mutants/sample.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    layers: { type: 'string', default: 'npm test,e2e in process' },
    tests: { type: 'string', default: '' },
    seconds: { type: 'string' },
    most: { type: 'string', default: '120' },
    json: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
for (const name of ['sample', 'seconds', 'most'] as const)
  if (values[name] !== undefined && !/^[1-9]\d{0,8}$/.test(values[name])) {
    console.error(`--${name} takes a whole number from 1 on, not ${JSON.stringify(values[name])}`);
    process.exit(2);
  }
const names = values.layers.split(',');
const unknown = names.find((name) => !layerChoices.some((layerChoice) => layerChoice.name === name));
if (unknown !== undefined) {
  console.error(
    `no layer ${JSON.stringify(unknown)}; layers: ${layerChoices.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const start = performance.now();
const limitMs = values.seconds === undefined ? Number.POSITIVE_INFINITY : 1000 * Number(values.seconds);
const mayGoOn = (): boolean => performance.now() - start < limitMs;
const population = await readPopulation();
const campaign = await Campaign.open(population, { most: Number(values.most), mayGoOn });

const layerNamed = async (name: string): Promise<Layer> => {
  const layer = await readLayer(
    layerChoices.find((layerChoice) => layerChoice.name === name) ?? { name, config: '' },
  );
  return { ...layer, files: layer.files.filter(({ file }) => file.startsWith(values.tests)) };
};

const groups = population.groups
  .map((group) => ({ ...group, mutants: group.mutants.filter(({ file }) => file.startsWith(values.only)) }))
  .filter(({ mutants }) => mutants.length > 0);
const sample = drawSample(groups, Number(values.sample), values.seed);
let alive: readonly Mutant[] | undefined = sample;
for (const name of names) {
  const layer = await layerNamed(name);
  if (!(await campaign.record(layer))) break;
  if (values.record) continue;
  alive = await campaign.try(layer, alive);
  if (alive === undefined) break;
}
if (!values.record) {
  const fates = campaign.fatesOf(sample);
  console.log(reportLines(fates, names).join('\n'));
  if (values.json !== undefined)
    await writeJson(values.json, {
      sample: Number(values.sample),
      seed: values.seed,
      layers: names,
      mutants: fates,
    });
}
if (!mayGoOn()) console.log('The time of --seconds is over: the same command goes on from here.');
