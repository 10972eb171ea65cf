import { expect, test } from 'vitest';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import { openFronted } from '../../src/testing/source-contract.ts';
import type { Stage, Wire } from '../../src/testing/source-rig.ts';
import { processStages, rigs, stages } from './rigs.ts';
import { openWired } from './wired.ts';

const { signal } = new AbortController();

/** Registers the test: a plan of a disruptive operation without undo must name the lost state. */
const testLostIsDeclared = <M extends FailureMode, W extends Wire<M>>(stage: Stage<M, W>): void =>
  test(`${stage.rig.type}: an operation without undo names what cannot be restored`, async () => {
    await using wired = await openWired(stage);
    const undeclared: string[] = [];
    for (const operation of wired.source.operations) {
      const values = stage.rig.operations[operation.name];
      if (values === undefined)
        throw new Error(`add values of ${operation.name} to operations of its test rig`);
      const danger = operation.danger(values);
      if (danger === 'read' || danger === 'safe') continue;
      const plan = await operation.plan(values, signal);
      if (plan.danger === 'read') continue;
      if (operation.undo?.(plan) === undefined && (plan.lost ?? '') === '') undeclared.push(operation.name);
    }
    expect(undeclared, 'say in `lost` of its plan what cannot be restored, or give it an undo').toEqual([]);
  });

for (const rig of rigs) testLostIsDeclared(openFronted(rig));
for (const stage of [...stages, ...processStages]) testLostIsDeclared(stage);
