import { expect, test } from 'vitest';
import type { Mood } from '../../src/testing/moods.ts';
import { openFronted } from '../../src/testing/source-contract.ts';
import type { Stage, Wire } from '../../src/testing/source-rig.ts';
import { processStages, rigs, stages } from './rigs.ts';
import { openWired } from './wired.ts';

const { signal } = new AbortController();

/** What people notice and nobody can take back must say what is lost. */
const lostIsSaid = <M extends Mood, W extends Wire<M>>(stage: Stage<M, W>): void =>
  test(`${stage.rig.type}: what has no undo says what cannot be brought back`, async () => {
    await using wired = await openWired(stage);
    const silent: string[] = [];
    for (const operation of wired.source.operations) {
      const values = stage.rig.operations[operation.name] ?? {};
      const danger = operation.danger(values);
      if (danger === 'read' || danger === 'safe') continue;
      const plan = await operation.plan(values, signal);
      if (plan.danger === 'read') continue;
      if (operation.undo?.(plan) === undefined && (plan.lost ?? '') === '') silent.push(operation.name);
    }
    expect(silent).toEqual([]);
  });

for (const rig of rigs) lostIsSaid(openFronted(rig));
for (const stage of [...stages, ...processStages]) lostIsSaid(stage);
