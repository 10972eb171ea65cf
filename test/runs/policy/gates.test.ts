import { expect, test } from 'vitest';
import type { Tier } from '../../../src/domain/profile/profile.ts';
import type { Guard } from '../../../src/domain/runbooks/guard.ts';
import type { Danger } from '../../../src/domain/runbooks/operation.ts';
import type { Gate } from '../../../src/domain/runs/proposal.ts';
import { dangers } from '../../../src/runs/policy/danger.ts';
import { gateOf, strictestGate } from '../../../src/runs/policy/gates.ts';
import { tiers } from '../../../src/runs/policy/tiers.ts';

const guard: Guard = { readOnly: false, armMs: 900_000, cancelWindowMs: 5000, typed: 'destructive' };

/** 'arm confirm preview typed 5000' in this order, without the gates that do not apply. */
const words = (gate: Gate): string =>
  [
    gate.arm ? 'arm' : '',
    gate.confirm ? 'confirm' : '',
    gate.preview ? 'preview' : '',
    gate.typed ? 'typed' : '',
    gate.windowMs > 0 ? String(gate.windowMs) : '',
  ]
    .filter((word) => word !== '')
    .join(' ');

const row = (
  read: string,
  safe: string,
  disruptive: string,
  destructive: string,
): Record<Danger, string> => ({
  read,
  safe,
  disruptive,
  destructive,
});

const table: Readonly<Record<Tier, Record<Danger, string>>> = {
  local: row('', '', 'confirm', 'confirm preview'),
  dev: row('', '', 'confirm', 'confirm preview'),
  staging: row('', 'confirm', 'confirm preview', 'confirm preview typed'),
  production: row('', 'arm confirm preview', 'arm confirm preview 5000', 'arm confirm preview typed 5000'),
};

const cells = tiers.flatMap((tier) => dangers.map((danger) => ({ tier, danger })));

test.each(cells)('$tier, $danger: requires exactly the gates of its row', ({ tier, danger }) => {
  expect(words(gateOf(tier, danger, guard, {}))).toBe(table[tier][danger]);
});

const typedFrom = (from: Danger, danger: Danger): boolean => dangers.indexOf(danger) >= dangers.indexOf(from);

test.each(cells)('$tier, $danger: guard.typed raises the gates from its danger on', ({ tier, danger }) => {
  const plain = gateOf(tier, danger, guard, {});
  for (const from of ['read', 'safe', 'disruptive'] as const) {
    const raised = gateOf(tier, danger, { ...guard, typed: from }, {});
    const typed = plain.typed || typedFrom(from, danger);
    expect(raised).toEqual(typed ? { ...plain, confirm: true, preview: true, typed: true } : plain);
  }
});

test.each(cells)('$tier, $danger: guard.readOnly requires arming, except for reads', ({ tier, danger }) => {
  const plain = gateOf(tier, danger, guard, {});
  const raised = gateOf(tier, danger, { ...guard, readOnly: true }, {});
  expect(raised).toEqual({ ...plain, arm: danger !== 'read' });
});

test.each(cells)('$tier, $danger: a step may require confirmation or the typed name', ({ tier, danger }) => {
  const plain = gateOf(tier, danger, guard, {});
  expect(gateOf(tier, danger, guard, { gate: 'confirm' })).toEqual({ ...plain, confirm: true });
  expect(gateOf(tier, danger, guard, { gate: 'typed' })).toEqual({
    ...plain,
    confirm: true,
    preview: true,
    typed: true,
  });
});

test.each(cells)('$tier, $danger: no guard and no step lowers the gates', ({ tier, danger }) => {
  const plain = gateOf(tier, danger, guard, {});
  const lax: Guard = { readOnly: false, armMs: 1, cancelWindowMs: 0, typed: 'destructive' };
  expect(gateOf(tier, danger, lax, { gate: 'confirm' })).toEqual({ ...plain, confirm: true });
  const longer = gateOf(tier, danger, { ...guard, cancelWindowMs: 20_000 }, {});
  expect(longer).toEqual({ ...plain, windowMs: plain.windowMs > 0 ? 20_000 : 0 });
});

test('a run is as strict as its strictest step in every respect', () => {
  const production = gateOf('production', 'safe', guard, {});
  const typed = gateOf('staging', 'destructive', guard, {});
  expect(words(strictestGate([production, typed]))).toBe('arm confirm preview typed');
  expect(words(strictestGate([]))).toBe('');
});
