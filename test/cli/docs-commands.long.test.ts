import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openSimulation } from '../simulation/simulation.ts';
import { markdownPages } from '../support/markdown-pages.ts';

/** Pages for users; one of them has a test that follows it word by word, and README.md has its own. */
const pages = (await markdownPages()).filter(
  (path) =>
    /^docs\/(?:how-to\/|reference\/)?[\w-]+\.md$/.test(path) &&
    path !== 'docs/how-to/describe-your-system.md',
);

/** A command without its prompt, its comment, and what the shell does with its output. */
const asTyped = (line: string): string =>
  line
    .replace(/^\$ /, '')
    .replace(/\s+#.*/, '')
    .replace(/(?:;\s*echo .*|\s\|\s\w+| > \S+)?(?: &)?$/, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();

/** The commands that the pages state: the lines of their shell blocks that begin with the program. */
const stated = new Set(
  (
    await Promise.all(
      pages.map(async (path) => {
        const page = (await readFile(path, 'utf8')).replaceAll('\\\n', '');
        return [...page.matchAll(/^```(?:sh|console)\n(.*?)^```/gms)].flatMap(([, block = '']) =>
          block.split('\n').filter((line) => /^(?:\$ )?opsdeck(?: |$)/.test(line.trim())),
        );
      }),
    )
  )
    .flat()
    .map(asTyped),
);

interface Run {
  /** Commands of the same state before it. */
  readonly after?: readonly string[];
  readonly code: number;
  /** The claim of the page about its output. */
  readonly prints: RegExp;
}

const logs = 'opsdeck logs --env saga/production --rehearse pool-exhaustion';
const inIncident = '--env demo/production --rehearse dependency-down';

/** Commands that end by themselves, in the state in which a reader has them, and the claims of the page. */
const runs: Readonly<Record<string, Run>> = {
  // protection.md: nothing is sent, exit 3.
  'opsdeck run restore-broker --env production': {
    code: 3,
    prints: /^FORBIDDEN: 2 requirements are not met$/m,
  },
  // quick-start.md
  'opsdeck check --env demo/production --rehearse': { code: 0, prints: /^● OK/m },
  'opsdeck validate': { code: 0, prints: /:\d+:\d+: warning: / },
  // tutorial.md
  'opsdeck audit show': {
    after: ['opsdeck run verbose-bus --env production --dry-run'],
    code: 0,
    prints: /verbose-bus on demo\/production/,
  },
  'opsdeck audit verify': {
    after: ['opsdeck run verbose-bus --env production --dry-run'],
    code: 0,
    prints: /^2 records verified\. /,
  },
  [`opsdeck check ${inIncident}`]: { code: 2, prints: /^✗ CRIT +broker is down/ },
  [`opsdeck runbooks ${inIncident}`]: {
    code: 0,
    prints: /^restore-broker .*\n +MATCHES NOW: health broker status is down$/m,
  },
  [`opsdeck run restore-broker ${inIncident} --dry-run`]: { code: 0, prints: /^ +call +POST /m },
  // practice-incidents.md
  'opsdeck drill --list': { code: 0, prints: /^saga\/production +consumer-lag /m },
  'opsdeck drill --history': { code: 0, prints: /no drills yet/ },
  'opsdeck drill --history --json': { code: 0, prints: /^\[\]$/m },
  'opsdeck drill --history --csv': { code: 0, prints: /^started,environment,incident,/m },
  'opsdeck drill --history --markdown': { code: 0, prints: /^\| Started \| Environment \|/m },
  // read-logs.md
  [`${logs} --view connections --tail 2`]: { code: 0, prints: /^postgres-0 .*too many clients already$/m },
  [`${logs} --view connections --count --since 5m`]: { code: 0, prints: /^[1-9]\d*$/m },
  [`${logs} --level error --exclude 'JDBC|deadline' --since 10m`]: {
    code: 0,
    prints: /^(?![\s\S]*(?:JDBC|deadline))[\s\S]*too many clients already/,
  },
  [`${logs} --source k8s --of deployment/payment-service --include 'Unable to acquire' -C 1 --tail 1`]: {
    code: 0,
    prints: /^payment-service-\w+ +.*\npayment-service-\w+ +.*Unable to acquire.*\npayment-service-/m,
  },
  [`${logs} --include 'Authentication failed' --anonymize --tail 1`]: {
    code: 0,
    prints: /\buser-1\b.*\bip-1\b/,
  },
  // share-state.md and profiles.md: of an own environment, here of demo.
  'opsdeck trust --list': { code: 0, prints: /./ },
};

const cockpit = 'test/simulation/tutorial.long.test.ts';
const recorded = 'test/cli/record/record.long.test.ts';
const replayed = 'test/e2e/cli/record-replay.test.ts';
const trusted = 'test/cli/trust/trust.test.ts';

/** Commands that open a cockpit, wait for a person, or need a system of the reader, and the test of their kind. */
const elsewhere: Readonly<Record<string, string>> = {
  'opsdeck demo': 'test/cli/discovery/cockpit.test.ts',
  'opsdeck demo local': 'test/cli/discovery/cockpit.test.ts',
  'opsdeck import RUNBOOK.md --system shop': 'test/cli/import.test.ts',
  'opsdeck validate profiles/shop': 'test/cli/import.test.ts',
  'opsdeck drill saga/production consumer-lag': 'test/cli/drill.test.ts',
  'opsdeck drill --random': 'test/cli/drill.test.ts',
  'opsdeck drill --random saga --blind --seed 42': 'test/cli/drill.test.ts',
  'opsdeck world --system trading --scenario paged --json': 'test/e2e/cli/world.test.ts',
  'opsdeck --env trading/practice --profiles profiles': 'test/cli/drill.test.ts',
  'opsdeck --env event-bus/production --rehearse wont-start': cockpit,
  'opsdeck --env demo/production --rehearse dependency-down': cockpit,
  [`${logs} --view timeouts --follow --json`]: 'test/cli/logs.test.ts',
  'opsdeck record call.rec --env shop/production': recorded,
  'opsdeck record call.rec --env shop/production --share': recorded,
  'opsdeck replay call.rec': replayed,
  'opsdeck replay call.rec --from 14:05': replayed,
  'opsdeck replay call.rec --export html call.html': replayed,
  'opsdeck replay call.rec --export asciicast call.cast --from 14:02 --to 14:20': replayed,
  'opsdeck follow --list': replayed,
  'opsdeck follow': replayed,
  'opsdeck follow ana --env shop/production': replayed,
  'opsdeck serve --metrics --env shop/production': 'test/e2e/cli/serve.test.ts',
  'opsdeck incident list --env shop/production': 'test/cli/shared-state.test.ts',
  'opsdeck checklist --env shop/production': 'test/cli/checklist.test.ts',
  'opsdeck audit show --env shop/production --since 24h': 'test/cli/shared-state.test.ts',
  'opsdeck audit verify --env shop/production': 'test/cli/shared-state.test.ts',
  'opsdeck approvals list --env shop/production': 'test/cli/approvals.test.ts',
  'opsdeck approvals approve RUN --env shop/production --confirm db-1': 'test/cli/approvals.test.ts',
  'opsdeck approvals refuse RUN --env shop/production --reason "peak hours"': 'test/cli/approvals.test.ts',
  'opsdeck run restart-primary --env shop/production --arm "INC-7" --break-glass "INC-7: the state database is down" --confirm db-1':
    'test/cli/approvals.test.ts',
  'opsdeck trust profiles': trusted,
  'opsdeck trust --dry-run profiles': trusted,
  'opsdeck trust --revoke profiles': trusted,
  'opsdeck --env shop/production': cockpit,
  'opsdeck --env shop/dev': cockpit,
  'opsdeck doctor --env shop/dev': 'test/cli/doctor-remedies.test.ts',
  'opsdeck check --env production --trace check.jsonl': 'test/cli/trace.long.test.ts',
  'opsdeck --env production --trace cockpit.jsonl': 'test/cli/trace.long.test.ts',
};

test('every command of a page is run by a test', () => {
  expect([...stated].filter((line) => runs[line] === undefined && elsewhere[line] === undefined)).toEqual([]);
  expect(Object.keys({ ...runs, ...elsewhere }).filter((line) => !stated.has(line))).toEqual([]);
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

/** The words of a command line, without the quotes around them. */
const argsOf = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
    .map(([, single, double, word]) => single ?? double ?? word ?? '')
    .slice(1);

describe('a command of a page', () => {
  test.each(Object.entries(runs))('%s', async (line, { after = [], code, prints }) => {
    await using simulation = openSimulation();
    for (const earlier of after) await simulation.run(argsOf(earlier));
    const ended = await simulation.run(argsOf(line));
    expect(ended.code, ended.stderr).toBe(code);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(prints);
  });
});
