import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import type { Figure } from '../support/figure.ts';
import { installed, medianOf, type Outcome } from './contest.ts';

/** The names of a program on the PATH, and how it prints its version. */
const versions: Readonly<Record<string, readonly [names: readonly string[], argv: readonly string[]]>> = {
  lnav: [['lnav'], ['-V']],
  ripgrep: [['rg'], ['--version']],
  grep: [['grep'], ['--version']],
  kubectl: [['kubectl'], ['version', '--client']],
  stern: [['stern'], ['--version']],
  k9s: [['k9s'], ['version', '--short']],
  'kafka-consumer-groups': [['kafka-consumer-groups', 'kafka-consumer-groups.sh'], ['--version']],
  kcat: [['kcat', 'kafkacat'], ['-V']],
  psql: [['psql'], ['--version']],
  pg_activity: [['pg_activity'], ['--version']],
};

const versionOf = (names: readonly string[], argv: readonly string[]): string => {
  const program = installed(...names);
  if (program === undefined) return 'not installed';
  const { stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
  return /\d+\.[\d.]*\d/.exec(stdout + stderr)?.[0] ?? 'of unknown version';
};

const machine = (startLoad: number): readonly string[] => {
  const [distribution] = /(?<=^PRETTY_NAME=").*(?=")/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  const load = `${startLoad.toFixed(1)} at the start, ${loadavg()[0]?.toFixed(1)} at the end`;
  return [
    `- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; load of the machine: ${load}`,
    `- ${availableParallelism()} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `- ${distribution ?? 'unknown distribution'}, kernel ${release()}, Node ${process.versions.node}`,
    `- ${Object.entries(versions)
      .map(([name, [names, argv]]) => `${name} ${versionOf(names, argv)}`)
      .join(', ')}`,
  ];
};

/** A value with its unit: `12.3 ms`, `1,043 ms`. */
export const shown = (value: number, { unit }: Outcome): string => {
  const digits = value < 100 && unit !== 'MiB' ? 1 : 0;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '% of a core' ? `${number} %` : `${number} ${unit}`;
};

const row = (outcome: Outcome, program: string, ours: number): string => {
  const value = medianOf(outcome, program);
  if (value === undefined) return `| ${program} | not measured: not installed | | |`;
  const values = outcome.measured.get(program) ?? [];
  const range = `${shown(Math.min(...values), outcome)} – ${shown(Math.max(...values), outcome)}`;
  const ratio = ours === 0 ? '–' : `${(value / ours).toFixed(2)} ×`;
  return `| ${program} | ${shown(value, outcome)} | ${ratio} | ${values.length === 1 ? '' : range} |`;
};

const section = (outcome: Outcome): readonly string[] => {
  const { title, work, entries, note, missing } = outcome;
  const [ours] = entries.map(({ program }) => medianOf(outcome, program));
  const head = [`### ${title}`, '', `${work.charAt(0).toUpperCase()}${work.slice(1)}.`, ''];
  if (missing !== undefined || ours === undefined) return [...head, `Not measured: ${missing}.`, ''];
  return [
    ...head,
    '| program | median | compared with opsdeck | range |',
    '| --- | ---: | ---: | --- |',
    ...entries.map(({ program }) => row(outcome, program, ours)),
    '',
    ...(note === undefined ? [] : [note, '']),
  ];
};

/** Each program beside opsdeck, in one row: which one is lower, and by how much; where opsdeck is higher comes first. */
const summary = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes
    .flatMap((outcome) => {
      const [ours, ...others] = outcome.entries.map(({ program }) => ({
        program,
        value: medianOf(outcome, program),
      }));
      return others.map(({ program, value }) => {
        if (value === undefined || ours?.value === undefined)
          return { ratio: 0, text: `| ${outcome.title} | ${program} | | | not measured |` };
        const cells = [shown(ours.value, outcome), shown(value, outcome), lower(ours.value, program, value)];
        const ratio = ours.value / Math.max(value, Number.EPSILON);
        return { ratio, text: `| ${outcome.title} | ${program} | ${cells.join(' | ')} |` };
      });
    })
    .toSorted((a, b) => b.ratio - a.ratio)
    .map(({ text }) => text);

/** Medians closer than this are the same: runs of one program differ as much. */
const sameWithin = 0.1;

/** The lower of two medians and by what factor: 'grep -c, 4.2 ×'. */
const lower = (ours: number, program: string, theirs: number): string => {
  const least = Math.min(ours, theirs);
  const most = Math.max(ours, theirs);
  if (most - least <= sameWithin * most) return 'no difference';
  const winner = ours < theirs ? '**opsdeck**' : program;
  return least === 0 ? winner : `${winner}, ${(most / least).toFixed(1)} ×`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const targetRows = (figures: readonly Figure[]): readonly string[] =>
  figures.map(({ name, value, target = '', met, from }) => {
    const state = met === undefined ? '' : met ? 'met' : '**not met**';
    return `| ${[name, value, target, state, from].map(cell).join(' | ')} |`;
  });

/** The text of `bench/RESULTS.md`. */
export const resultsPage = (
  outcomes: readonly Outcome[],
  figures: readonly Figure[],
  startLoad: number,
): string => {
  const aimed = figures.filter(({ met }) => met !== undefined);
  const unmet = aimed.filter(({ met }) => met === false);
  return `${[
    '# Benchmark results',
    '',
    'Written by `npm run build && npm run bench -- peers`; [README.md](README.md) explains how to repeat it.',
    '',
    ...machine(startLoad),
    '',
    '## opsdeck beside other tools',
    '',
    'The same work on the same data. The programs run in turn, so that all of them meet the same load of the machine: compare the ratios',
    'rather than the times. Each time is of the whole program, start included.',
    '',
    '| work | other tool | opsdeck | other tool | lower |',
    '| --- | --- | ---: | ---: | --- |',
    ...summary(outcomes),
    '',
    ...outcomes.flatMap(section),
    '## Targets',
    '',
    `${aimed.length - unmet.length} of ${aimed.length} met. Figures in ms depend on the load of the machine; ratios, bytes and MiB do not.`,
    '',
    '| figure | measured | target | | from |',
    '| --- | --- | --- | --- | --- |',
    ...targetRows(aimed),
    '',
    '## Other figures',
    '',
    '| figure | measured | | | from |',
    '| --- | --- | --- | --- | --- |',
    ...targetRows(figures.filter(({ met }) => met === undefined)),
  ].join('\n')}\n`;
};
