import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../../src/domain/facts/journal.ts';
import { createDependencyGraph } from '../../../src/domain/profile/dependencies.ts';
import {
  findLikelyTrigger,
  type TriggerFinding,
  triggerText,
} from '../../../src/domain/profile/likely-trigger.ts';

const minute = 60_000;
const opened = 100 * minute;

const graph = createDependencyGraph([
  ['shop', 'billing'],
  ['billing', 'postgres'],
  ['search', 'index'],
]);

const change = (what: string, time: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  at: time,
  kind: 'image',
  level: 'ok',
  what,
  change: 'image 1.4.2 → 1.4.3, revision 4 → 5',
  source: 'k8s',
  ...more,
});

const problem = (name: string, since: number): TriggerFinding => ({ names: [name], since });

const find = (findings: readonly TriggerFinding[], journal: readonly JournalEntry[]) =>
  findLikelyTrigger(findings, journal, { graph, openedAt: opened });

describe('findLikelyTrigger', () => {
  const rollout = change('deployment billing', opened + 10 * minute);

  test('a rollout of the object before its problem', () => {
    expect(find([problem('billing', rollout.at + 3 * minute)], [rollout])).toMatchObject({
      entry: rollout,
      object: 'billing',
      onset: rollout.at + 3 * minute,
      isOnsetUnknown: false,
      isOwn: false,
    });
  });
  test('a rollout of an object that the problem depends on', () =>
    expect(find([problem('shop', rollout.at + minute)], [rollout])?.object).toBe('billing'));
  test('not a rollout of an object that depends on it, nor of an unrelated one', () => {
    expect(find([problem('postgres', rollout.at + minute)], [rollout])).toBeUndefined();
    expect(find([problem('search', rollout.at + minute)], [rollout])).toBeUndefined();
  });
  test('not a rollout after the problem began', () =>
    expect(find([problem('billing', rollout.at - minute)], [rollout])).toBeUndefined());
  test('not a rollout more than an hour before', () =>
    expect(find([problem('billing', rollout.at + 61 * minute)], [rollout])).toBeUndefined());
  test('most problems of the object must have begun later', () => {
    const later = problem('billing', rollout.at + minute);
    const earlier = [problem('shop', rollout.at - minute), problem('billing', rollout.at - minute)];
    expect(find([later, ...earlier], [rollout])).toBeUndefined();
    expect(find([later, later, ...earlier.slice(1)], [rollout])?.entry).toBe(rollout);
  });
  test('a deployment before a later restart, and of several the last one', () => {
    const restart = change('unit billing', rollout.at + minute, { kind: 'restart', change: 'started' });
    const earlier = change('deployment postgres', rollout.at - minute);
    const findings = [problem('shop', rollout.at + 2 * minute)];
    expect(find(findings, [earlier, rollout, restart])?.entry).toBe(rollout);
    expect(find(findings, [restart])?.entry).toBe(restart);
  });
  test('a change by a run of opsdeck is marked as its own', () => {
    const run = change('Roll back billing', rollout.at - 5000, {
      kind: 'run',
      change: 'started',
      source: '',
    });
    expect(find([problem('billing', rollout.at + minute)], [run, rollout])?.isOwn).toBe(true);
  });
  test('alerts, verdicts and events are no triggers', () => {
    const others = (['alert', 'verdict', 'event', 'source'] as const).map((kind) => ({ ...rollout, kind }));
    expect(find([problem('billing', rollout.at + minute)], others)).toBeUndefined();
  });
  test('a problem that was there at the first readings has an unknown start', () => {
    const before = change('deployment billing', opened - 2 * 60 * minute);
    expect(find([problem('billing', opened + 5000)], [before])).toMatchObject({ isOnsetUnknown: true });
  });
});

describe('triggerText', () => {
  const text = (entry: JournalEntry, onset: number, more = {}): string =>
    triggerText(
      { entry, object: 'billing', onset, isOnsetUnknown: false, isOwn: false, ...more },
      opened + 30 * minute,
    );
  const rollout = change('deployment billing', opened);
  test.each([
    [text(rollout, opened + 3 * minute), 'billing 1.4.3 rolled out 3 min before the first problem'],
    [text(rollout, opened + 45_000), 'billing 1.4.3 rolled out 45 s before the first problem'],
    [text(rollout, opened), 'billing 1.4.3 rolled out as the first problem began'],
    [
      text(rollout, opened, { isOnsetUnknown: true }),
      'billing 1.4.3 rolled out 30 min ago. The problem was already there when opsdeck opened',
    ],
    [
      text(
        {
          ...rollout,
          kind: 'rollout',
          change: 'revision 4 → 5: the image is the same, but the pod template has changed',
        },
        opened + minute,
      ),
      'billing rolled out 60 s before the first problem',
    ],
    [
      text({ ...rollout, kind: 'restart' }, opened + minute),
      'billing restarted 60 s before the first problem',
    ],
    [
      text({ ...rollout, kind: 'config' }, opened + minute),
      'configuration of billing changed 60 s before the first problem',
    ],
  ])('%s', (actual, expected) => expect(actual).toBe(expected));
});
