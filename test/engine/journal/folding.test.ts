import { describe, expect, test } from 'vitest';
import { createFlapFolder, foldBursts } from '../../../src/engine/journal/journal-tracker.ts';
import { type JournalChange, journalEntryOf } from '../../../src/engine/journal/status-comparison.ts';
import { longTest } from '../../support/layer.ts';
import { changeLines, workload } from './readings.ts';

const change = (name: string, more: Partial<JournalChange> = {}): JournalChange => ({
  at: 0,
  kind: 'verdict',
  noun: 'pod',
  what: `pod ${name}`,
  from: 'OK',
  to: 'OOMKilled',
  level: 'crit',
  row: name,
  source: 'k8s',
  ...more,
});
const line = (journalChange: JournalChange): string =>
  `${journalEntryOf(journalChange).what}: ${journalEntryOf(journalChange).change}`;

describe('a burst', () => {
  test('four changes are separate entries, five are one', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => change(name));
    expect(foldBursts(many.slice(1)).map(line)).toEqual(many.slice(1).map(line));
    expect(foldBursts(many)).toEqual([
      {
        at: 0,
        kind: 'verdict',
        noun: 'pod',
        what: '5 pods',
        from: '',
        to: 'OK → OOMKilled',
        why: 'a, b, c and 2 more',
        level: 'crit',
        source: 'k8s',
      },
    ]);
  });

  test('different changes are counted in one entry', () => {
    const many = [
      ...Array.from({ length: 4 }, (_, n) => change(`a${n}`)),
      change('b', { to: 'restarts', level: 'warn' }),
      change('c', { from: 'OOMKilled', to: 'OK', level: 'ok' }),
      change('d', { to: 'Failed' }),
    ];
    expect(foldBursts(many)[0]?.to).toBe(
      'OK → OOMKilled 4×, OK → restarts 1×, OOMKilled → OK 1× and 1 other change',
    );
  });

  test('too many different changes are summarized, and the worst are kept', () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      change(`x${n}`, { noun: `noun${n}`, level: n === 39 ? 'crit' : 'ok' }),
    );
    const entries = foldBursts(many);
    expect(entries).toHaveLength(20);
    expect(entries[0]?.level).toBe('crit');
    expect(entries.at(-1)?.what).toBe('21 more at the same time');
  });

  longTest('ten thousand pods that change together are one entry', () => {
    const pods = (status: string) => ({
      kinds: {
        workloads: Array.from({ length: 10_000 }, (_, n) =>
          workload('pod', `pod-${n}`, { status, ready: status === 'Running' ? 1 : 0 }),
        ),
      },
    });
    expect(changeLines([pods('Running'), pods('OOMKilled')])).toEqual([
      '10000 pods: OK → OOMKilled: pod-0, pod-1, pod-2 and 9997 more',
    ]);
  });
});

describe('a flapping row', () => {
  const states = ['OPEN', 'CLOSED'];
  const flap = (second: number): JournalChange =>
    change('a', {
      at: second * 1000,
      noun: 'breaker',
      what: 'breaker a',
      from: states[(second / 10 + 1) % 2] ?? '',
      to: states[(second / 10) % 2] ?? '',
    });

  test('is reported twice, then every two minutes with the number of changes', () => {
    const fold = createFlapFolder();
    const entries = Array.from({ length: 31 }, (_, n) => n * 10).flatMap((second) =>
      fold([flap(second)], second * 1000).map(
        (journalChange) => `${second}s ${journalEntryOf(journalChange).change}`,
      ),
    );
    expect(entries).toEqual([
      '0s CLOSED → OPEN',
      '10s OPEN → CLOSED',
      '140s CLOSED again: 12 times in 2m',
      '260s CLOSED again: 12 times in 2m',
    ]);
  });

  test('is reported again when it has stopped', () => {
    const fold = createFlapFolder();
    const journalChanges = [0, 10, 20].flatMap((second) => fold([flap(second)], second * 1000));
    expect(journalChanges).toHaveLength(2);
    expect(fold([], 139_000)).toEqual([]);
    expect(fold([], 140_000).map(line)).toEqual(['breaker a: CLOSED → OPEN']);
    expect(fold([], 300_000)).toEqual([]);
  });

  test('changes far enough apart are reported separately', () => {
    const fold = createFlapFolder();
    const entries = [0, 130, 260, 390].flatMap((second) => fold([flap(second)], second * 1000));
    expect(entries).toHaveLength(4);
  });
});
