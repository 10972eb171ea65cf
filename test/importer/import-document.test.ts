import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Danger } from '../../src/domain/runbooks/operation.ts';
import { importDocument } from '../../src/importer/import-document.ts';
import { profileFiles } from '../../src/importer/profile-yaml.ts';
import { sourceModules } from '../support/source-modules.ts';

const text = readFileSync('test/fixtures/runbooks/parcel-tracking.md', 'utf8');
const options = { system: 'parcels', file: 'parcel-tracking.md', modules: sourceModules };
const { draft } = importDocument(text, options);

/** Every command of the fixture, read by a person: its line, and its danger. */
const expected: readonly (readonly [number, Danger])[] = [
  [24, 'read'],
  [87, 'read'],
  [92, 'read'],
  [93, 'read'],
  [94, 'read'],
  [102, 'disruptive'],
  [107, 'disruptive'],
  [108, 'read'],
  [113, 'disruptive'],
  [128, 'read'],
  [131, 'read'],
  [137, 'disruptive'],
  [138, 'destructive'],
  [139, 'disruptive'],
  [140, 'disruptive'],
  [141, 'destructive'],
  [150, 'read'],
  [151, 'destructive'],
  [165, 'disruptive'],
  [170, 'disruptive'],
  [171, 'read'],
  [173, 'disruptive'],
  [176, 'disruptive'],
  [181, 'destructive'],
  [182, 'destructive'],
  [187, 'read'],
  [188, 'disruptive'],
];

test('every command of the fixture is found once, with its line and its danger', () => {
  const found = draft.commands.map((command) => [command.line, command.class.danger] as const);
  expect(found.toSorted(([a], [b]) => a - b)).toEqual(expected);
});

test('every command is a step of a runbook', () => {
  const steps = draft.runbooks.flatMap(({ diagnose, act }) => [...diagnose, ...act]);
  const lines = steps.flatMap(({ command }) => command?.line ?? []);
  expect(lines.toSorted((a, b) => a - b)).toEqual(expected.map(([line]) => line));
  expect(steps.filter(({ command }) => command === undefined).map(({ line }) => line)).toEqual([104, 156]);
});

test('a known command becomes an operation of its source, with the original beside it', () => {
  const scans = draft.runbooks.find(({ id }) => id === 'scans-arrive-late');
  const calls = [...(scans?.diagnose ?? []), ...(scans?.act ?? [])].map(({ title, call }) => [
    title,
    call === undefined ? 'manual' : `${call.source.id}.${call.name}`,
    call?.with,
  ]);
  expect(calls).toEqual([
    ['Lag of the consumer group', 'kafka.describe', { group: 'tracker' }],
    [
      'Slow statements',
      'pg.query',
      { sql: 'SELECT query, mean_exec_time FROM pg_stat_statements ORDER BY mean_exec_time DESC LIMIT 5' },
    ],
    [
      'curl -s http://tracker:8080/metrics | grep parcel_scan_backlog | sort -n',
      'http-tracker-8080.request',
      { method: 'GET', path: '/metrics' },
    ],
    [expect.stringMatching(/^for port in 8080 8081; do/), 'manual', undefined],
    ['Restart the tracker', 'k8s.restart', { deployment: 'tracker', namespace: 'parcels' }],
    ['Ask the depot whether its scanners are online', 'manual', undefined],
    [
      'Scale out, and check the rollout',
      'k8s.scale',
      { deployment: 'tracker', replicas: 6, namespace: 'parcels' },
    ],
    [
      'kubectl rollout status deployment/tracker -n parcels',
      'k8s.rollout',
      { object: 'deployment/tracker', namespace: 'parcels' },
    ],
    [
      'End blocking sessions: Only those of the tracker',
      'pg.execute',
      { sql: expect.stringContaining("'tracker; old'") },
    ],
  ]);
  expect(scans?.symptoms).toEqual([
    'Consumer lag of tracker grows',
    'Customers see parcels in the wrong depot',
  ]);
});

test.each([
  ['http://api:80/x?a=1#part', '/x?a=1'],
  ['http://api', '/'],
  ['https://api:443?a=/b', '/?a=/b'],
  ['http://api:8080/a%20b', '/a%20b'],
])('the path of a request to %s is %s', (url, path) => {
  const document = `# System\n\n## It is slow\n\n\`\`\`bash\ncurl "${url}"\n\`\`\`\n`;
  const { runbooks } = importDocument(document, options).draft;
  const steps = runbooks.flatMap(({ diagnose, act }) => [...diagnose, ...act]);
  expect(steps.map(({ call }) => call?.with)).toEqual([{ method: 'GET', path }]);
});

test('limits are signals where the document gives a metric, and variables otherwise', () => {
  const limits = draft.thresholds.map(({ line, query = null, warn = null, crit = null }) => [
    line,
    query,
    warn,
    crit,
  ]);
  expect(limits).toEqual([
    [30, null, null, null],
    [31, 'parcel_scan_errors_ratio', '>0.01', '>0.05'],
    [32, null, null, null],
    [34, null, null, null],
    [35, null, null, null],
    [41, 'up{job="tracker"}', null, '=0'],
    [46, 'sum(parcel_scan_backlog)', '>20000', null],
    [56, 'go_memstats_heap_inuse_bytes', '>900000000', null],
    [62, 'rate(parcel_scans_failed_total[5m])', '>3', null],
  ]);
  const base = profileFiles(draft).find(({ name }) => name === 'base.yaml')?.text;
  expect(base).toContain('  scan-latency-critical: ">2s"\n');
});

test('checklists, contacts, links, severities and the escalation path are found', () => {
  expect(draft.sections).toBe(20);
  expect(draft.checklists.map(({ title, items }) => [title, items.map(({ line }) => line)])).toEqual([
    ['Releases: Before a release', [161, 162, 163]],
    ['Releases: After a release', [192, 193]],
  ]);
  expect(draft.contacts.map(({ name, reach }) => [name, reach])).toEqual([
    ['On-Call', 'PagerDuty'],
    ['Channels', '#parcel-alerts'],
    ['Channels', '#parcel-oncall'],
    ['Depot support', 'depots@example.org'],
    ['Network', '+1-555-0147'],
  ]);
  expect(draft.links.map(({ line }) => line)).toEqual([20, 20, 21, 21, 23]);
  expect(draft.severities.map(({ id, respond, examples }) => [id, respond, examples])).toEqual([
    ['P1', '10 minutes', ['no scan arrives', 'tracking page is down']],
    ['P2', '1 hour', ['scans arrive late']],
  ]);
  expect(draft.escalation.map(({ title }) => title)).toEqual(['On-call engineer', 'Logistics lead']);
});

test('nothing is lost: every line with text is an entry, its comment, or a structure of the document', () => {
  const written = profileFiles(draft)
    .map((file) => file.text)
    .join('\n');
  expect(draft.notUnderstood.map(({ line }) => line)).toEqual([129, 130, 132, 196, 197]);
  const words = text
    .split('\n')
    // Headings of parts, fences, table rules, labels, and what became a number or an id.
    .filter(
      (line) =>
        !/^\s*(?:#|```|\||\*\*(?:Symptoms|Diagnosis|Resolution|Prevention)|\d\. \[|-\s*(?:name|alert|Metric|Threshold|Severity)|(?:groups|rules|expr|for|labels|severity):|\s*$)/.test(
          line,
        ),
    )
    .flatMap((line) => line.match(/[A-Za-z]{5,}/g) ?? []);
  const lost = [...new Set(words)].filter((word) => !written.toLowerCase().includes(word.toLowerCase()));
  // The label of a level, whose number is its place in the list.
  expect(lost).toEqual(['Level']);
});

test('a secret is replaced by a reference, reported by line, and never written', () => {
  const written = profileFiles(draft)
    .map((file) => file.text)
    .join('\n');
  expect(draft.secrets).toEqual([
    { line: 139, variable: 'PARCELS_SECRET_1' },
    { line: 181, variable: 'PARCELS_SECRET_2' },
  ]);
  expect(written).not.toMatch(/tok_4f9Lx22QpA|Wint3r/);
  // A header may hold a reference; an argument may not, so that step is manual.
  expect(written).toContain('headers: { authorization: "Bearer ${env:PARCELS_SECRET_1}" }');
  expect(written).toContain('notes: "PGPASSWORD=$${env:PARCELS_SECRET_2} psql');
});

test('every drafted runbook and step is unreviewed', () => {
  const runbooks = profileFiles(draft).find(({ name }) => name === 'runbooks.yaml')?.text ?? '';
  const entries = runbooks.match(/^ +- id: /gm)?.length ?? 0;
  expect(entries).toBe(draft.runbooks.length + expected.length + 2);
  expect(runbooks.match(/^ +reviewed: false$/gm)).toHaveLength(entries);
});
