import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../../src/domain/facts/journal.ts';
import type { Level } from '../../../src/domain/facts/level.ts';
import type { SignalSpec } from '../../../src/domain/profile/profile.ts';
import {
  conditionCountsRow,
  conditionMatchesRow,
  conditionUsesSignal,
} from '../../../src/expressions/condition-match.ts';
import { parseTest } from '../../../src/expressions/rows/parse.ts';
import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import { breakersPane } from '../../../src/ui/features/breakers/pane.ts';
import { type FindingRow, rankFindings } from '../../../src/ui/features/findings/findings.ts';
import { changesBefore } from '../../../src/ui/features/now/details.ts';
import { journalEntryLines } from '../../../src/ui/features/run-words/entry-lines.ts';
import { lineToText } from '../../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';
import type { Pane } from '../../../src/ui/shell/contract/pane.ts';
import type { RowSubject } from '../../../src/ui/shell/contract/pane-row.ts';
import type { RenderContext } from '../../../src/ui/shell/contract/render-context.ts';
import { breaker, health, noon, spec } from '../../support/made-facts.ts';

const pane: Pane = breakersPane;

const found = (label: string, level: Level, subject: RowSubject | undefined, since = 0): FindingRow => {
  const row = { key: label, level, label, text: label, ...(subject === undefined ? {} : { subject }) };
  return { is: 'finding', ...row, pane, finding: { row, since, describe: () => '' } };
};
const service = (name: string, level: Level = 'crit', needs: readonly string[] = [], since = 0): FindingRow =>
  found(
    name,
    level,
    {
      kind: 'health',
      fact: health(name, { components: needs.map((text) => ({ name: text, status: 'DOWN' })) }),
    },
    since,
  );
const opened = (of: string, name: string): FindingRow =>
  found(`${of} · ${name}`, 'crit', { kind: 'breakers', fact: breaker(name, { service: of }) });

const ranked = (...rows: readonly FindingRow[]): readonly string[] =>
  rankFindings(rows).map(({ label }) => label);

describe('order of findings', () => {
  test('by level, worst first', () =>
    expect(ranked(service('a', 'unknown'), service('b', 'warn'), service('c', 'crit'))).toEqual([
      'c',
      'b',
      'a',
    ]));

  test('dependencies before their dependents', () =>
    expect(ranked(opened('bus', 'broker'), service('orders', 'crit', ['broker']), service('broker'))).toEqual(
      ['broker', 'bus · broker', 'orders'],
    ));

  test('the object with the most findings first, findings of one object together', () =>
    expect(ranked(service('a'), opened('z', 'x'), service('b'), service('z'))).toEqual([
      'z',
      'z · x',
      'a',
      'b',
    ]));

  test('then the newest first', () =>
    expect(ranked(service('a', 'warn', [], 5), service('b', 'warn', [], 9))).toEqual(['b', 'a']));
});

describe('conditionMatchesRow', () => {
  const row = (state: Breaker['state']) => ({
    key: '',
    fact: breaker('psp', { state }),
    level: 'crit' as const,
    stale: false,
    feed: '',
  });
  test.each<[string, boolean]>([
    ['any(breakers | state = open)', true],
    ['any(breakers | state = half-open)', false],
    ['any(breakers[name = "psp"] | state = open) for 30s', true],
    ['any(breakers[name = "mail"] | state = open)', false],
    ['count(breakers | state = open) > 3 or error.rate > 5', true],
    ['all(breakers | state = closed)', true],
    ['any(health | status = down)', false],
    ['not any(breakers | state = open)', false],
    ['this is no expression', false],
  ])('%s: %s', (when, isAbout) => expect(conditionMatchesRow(when, 'breakers', row('open'))).toBe(isAbout));

  test('a signal is matched by its full id', () => {
    expect(conditionUsesSignal('error.rate > 5 and p99 > 2', 'error.rate')).toBe(true);
    expect(conditionUsesSignal('error.rate.edge > 5', 'error.rate')).toBe(false);
  });
});

describe('conditionCountsRow', () => {
  const where = (text: string) => {
    const parsed = parseTest('breakers', text);
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.test;
  };
  const counting = (id: string, more: object): SignalSpec =>
    spec(id, { derived: { is: 'fact', fold: { kind: 'breakers', fold: 'count', ...more } } });
  const specs = [
    counting('open', { where: where('state = open') }),
    counting('bad', { where: where('level = crit') }),
    counting('elsewhere', { source: 'other' }),
    counting('calls', { fold: 'sum', field: 'failedCalls' }),
    counting('pods', { kind: 'workloads' }),
    spec('error.rate'),
  ];
  test.each<[string, boolean]>([
    ['open > 0', true],
    ['bad > 0 and error.rate > 5', true],
    ['elsewhere > 0', false],
    ['calls > 0', false],
    ['pods > 0', false],
    ['error.rate > 5', false],
    ['this is no expression', false],
  ])('%s: %s', (when, isCounted) => {
    const row = {
      key: '',
      fact: breaker('psp', { state: 'open' }),
      level: 'crit' as const,
      stale: false,
      feed: '',
    };
    expect(conditionCountsRow(when, 'breakers', row, specs)).toBe(isCounted);
  });

  test('a row outside the where is not counted', () =>
    expect(
      conditionCountsRow(
        'open > 0',
        'breakers',
        { key: '', fact: breaker('psp', { state: 'closed' }), level: 'ok', stale: false, feed: '' },
        specs,
      ),
    ).toBe(false));
});

test("preceding changes cover ten minutes and exclude the finding's own change", () => {
  const entry = (minutes: number, row?: string): JournalEntry => ({
    at: noon - minutes * 60_000,
    kind: 'verdict',
    level: 'ok',
    what: `${minutes}m ago`,
    change: '',
    source: '',
    ...(row === undefined ? {} : { row }),
  });
  const journal = [entry(11), entry(10.5), entry(9, 'own'), entry(3), entry(1, 'own'), entry(0.9), entry(0)];
  expect(changesBefore(journal, noon - 60_000, 'own').map(({ what }) => what)).toEqual([
    '10.5m ago',
    '9m ago',
    '3m ago',
  ]);
});

test('the recorded start of an alert is not a change before it', () => {
  const started = (minutes: number, what: string): JournalEntry => ({
    at: noon - minutes * 60_000,
    kind: 'alert',
    level: 'crit',
    what,
    change: 'FIRING',
    source: 'prom',
  });
  const journal = [started(5, 'alert Down'), started(1, 'alert Down'), started(1, 'alert Slow')];
  const before = changesBefore(journal, noon - 60_000, 'own', 'alert Down');
  expect(before.map(({ at, what }) => [noon - at, what])).toEqual([
    [300_000, 'alert Down'],
    [60_000, 'alert Slow'],
  ]);
});

test('in narrow layouts changes come before their consequences', () => {
  const at = (second: number, kind: JournalEntry['kind']): JournalEntry => ({
    at: noon + second * 1000,
    kind,
    level: 'ok',
    what: `${kind} ${second}`,
    change: '',
    source: '',
  });
  const entries = [at(1, 'verdict'), at(2, 'rollout'), at(3, 'verdict'), at(4, 'alert'), at(5, 'verdict')];
  const view = { pen: createTextPen(false), wallOffset: 0 } as RenderContext;
  expect(
    journalEntryLines(view, entries, 3, ', J shows them').map((line) => lineToText(line).trim()),
  ).toEqual(['10:15:09  rollout  2', '10:15:12  verdict  5', '3 more changes, J shows them']);
});
