import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { openSimulation } from '../simulation/simulation.ts';
import { everyNth, sampled } from '../support/layer.ts';

const readme = readFileSync('README.md', 'utf8');

/** The commands that the page states: lines of its shell blocks, and code within a sentence, without their comments. */
const stated = [
  ...[...readme.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n')),
  ...[...readme.matchAll(/`(opsdeck [^`\n]+)`/g)].map(([, code = '']) => code),
]
  .map((line) => line.replace(/\s+#.*/, '').trim())
  .filter((line) => line !== '');

interface Run {
  /** Commands of the same state before it. */
  readonly after?: readonly string[];
  readonly code: number;
  /** What the page claims of its output. */
  readonly prints: RegExp;
}

/** Commands that end by themselves, and what the page says of them. */
const runs: Readonly<Record<string, Run>> = {
  'opsdeck check --env production --json': {
    code: 0,
    prints: /^\{"opsdeck":1,"system":"demo","env":"production".*"level":"ok"/,
  },
  'opsdeck check --env production --rehearse dependency-down': { code: 2, prints: /^✗ CRIT +broker is down/ },
  'opsdeck runbooks --env production': {
    code: 0,
    prints: /^restore-broker .*\n +does not match: health broker status is up$/m,
  },
  'opsdeck run close-breaker --env production --rehearse dependency-down --param name=broker --dry-run': {
    code: 0,
    prints: /^ +call +POST \S+\/circuitbreakers\/broker$/m,
  },
  'opsdeck logs --env production --since 1h': { code: 0, prints: /^bus-\w+ +2026-03-04T09:/m },
  'opsdeck validate': { code: 0, prints: /^profiles\/\S+\.yaml:\d+:\d+: warning: / },
  'opsdeck doctor --env production': { code: 0, prints: /^● OK +prom \(prometheus\)/m },
  'opsdeck audit show': {
    after: ['opsdeck run verbose-bus --env production --dry-run'],
    code: 0,
    prints: /verbose-bus on demo\/production/,
  },
  'opsdeck trust': { code: 0, prints: /profiles {2}sha256:[0-9a-f]{64}$/m },
};

/** Commands that a person ends or answers, and the test that runs each. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'test/e2e/terminal.test.ts',
  'npm ci && npm test': '.ci/run',
  'npm pack && npm install --global ./opsdeck-*.tgz': 'test/e2e/packed.test.ts',
  opsdeck: 'test/cli/discovery/cockpit.test.ts',
  'opsdeck --context staging -n shop': 'test/cli/discovery/here.test.ts',
  'opsdeck check --env here --prometheus http://127.0.0.1:9090': 'test/cli/discovery/prometheus.test.ts',
  'opsdeck init': 'test/cli/init/init.test.ts',
  'opsdeck demo': 'test/cli/discovery/cockpit.test.ts',
  'opsdeck drill --random --blind': 'test/cli/drill.test.ts',
  'opsdeck import RUNBOOK.md': 'test/cli/import.test.ts',
  'opsdeck serve --metrics --env production': 'test/e2e/cli/serve.test.ts',
};

test('every command of the page is run by a test', () => {
  expect(stated.filter((line) => runs[line] === undefined && elsewhere[line] === undefined)).toEqual([]);
  expect(Object.keys({ ...runs, ...elsewhere }).filter((line) => !stated.includes(line))).toEqual([]);
  expect(Object.values(elsewhere).filter((path) => !existsSync(path))).toEqual([]);
});

test('a test that is named for a command runs its sub-command', () => {
  const subCommand = (line: string): string | undefined => /^opsdeck ([a-z]+)/.exec(line)?.[1];
  const isIn = (line: string, path: string): boolean =>
    new RegExp(`\\b${subCommand(line) ?? ''}\\b`).test(readFileSync(path, 'utf8'));
  expect(
    Object.entries(elsewhere).filter(([line, path]) => path.endsWith('.ts') && !isIn(line, path)),
  ).toEqual([]);
});

describe('a command of the page', () => {
  test.each(sampled(sampled(Object.entries(runs), everyNth(4)), everyNth(2)))(
    '%s',
    async (line, { after = [], code, prints }) => {
      await using simulation = openSimulation();
      for (const earlier of after) await simulation.run(earlier.split(' ').slice(1));
      const ended = await simulation.run(line.split(' ').slice(1));
      expect(ended.code, ended.stderr).toBe(code);
      expect(`${ended.stdout}${ended.stderr}`).toMatch(prints);
    },
  );
});

describe('the figures of the page are those of bench/RESULTS.md', () => {
  let results = '';
  beforeAll(() => {
    results = readFileSync('bench/RESULTS.md', 'utf8');
  });
  const cells = (work: string, other: string): readonly string[] =>
    results
      .split('\n')
      .find((row) => row.startsWith(`| ${work} | ${other} |`))
      ?.split('|')
      .map((cell) => cell.trim()) ?? [];
  const inSeconds = (cell = ''): number => Number(cell.replace(/[, ms]/g, '')) / 1000;

  test('10,000 pods, a million lines, and what is slower', () => {
    const [, , , ours, k9s] = cells('Show 10,000 pods', 'k9s');
    const [, , , ourFilter, lnav] = cells('Filter loaded lines', 'lnav');
    const slower = cells('Count the matching lines of a file', 'rg --count').at(5);
    expect(readme).toContain(
      `k9s shows 10,000 pods after ${inSeconds(k9s).toFixed(1)} s; lnav filters a million lines in ${inSeconds(lnav).toFixed(1)} s | ` +
        `${inSeconds(ours).toFixed(1)} s and ${inSeconds(ourFilter).toFixed(2)} s. \`rg\` counts lines ${Math.round(Number(slower?.replace(/[^\d.]/g, '')))} × faster`,
    );
  });
});

test('the page is short: 130 lines, paragraphs of 80 words, cells of 30, lines of 400 characters', () => {
  const lines = readme.split('\n');
  const words = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
  const prose = readme.replace(/^```.*?^```/gms, '').split(/\n(?=\n|[-|#]|\d\.)/);
  expect(lines.length).toBeLessThanOrEqual(130);
  expect(lines.filter((line) => line.length > 400)).toEqual([]);
  expect(
    prose.filter((part) => !part.includes('|') && words(part.replace(/\]\([^)]*\)/g, ']')) > 80),
  ).toEqual([]);
  expect(
    lines
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => line.split('|'))
      .filter((cell) => words(cell) > 30),
  ).toEqual([]);
});
