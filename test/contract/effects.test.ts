import { expect, test } from 'vitest';
import type { Plan } from '../../src/domain/runbooks/operation.ts';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import { openFronted } from '../../src/testing/source-contract.ts';
import type { Stage, Wire } from '../../src/testing/source-rig.ts';
import { processStages, rigs, stages } from './rigs.ts';
import { openWired } from './wired.ts';

const author = 'only the author of the step knows what it ends: `effects:`';
const stays = 'its rows stay, with another state';
const unlisted = 'nothing that it changes is a row';

/** The operations that end and replace no row by themselves, with the reason. All others declare what they do. */
const without: Readonly<Record<string, string>> = {
  'actuator.breaker': stays,
  'actuator.heapDump': unlisted,
  'aws.cancelRedrive': stays,
  'aws.setAlarmState': 'a state that a person sets resolves no alarm: the next evaluation does',
  'aws.setConcurrency': stays,
  'docker.composeScale': 'more containers end none; fewer declare it',
  'docker.shell': author,
  'github.dispatch': 'a new run. The earlier ones stay',
  'github.rerun': 'the run stays, with another attempt',
  'host.kill': 'the row of a program stays, as not running',
  'host.restore': unlisted,
  'host.start': stays,
  'host.stop': 'the row of a program stays, as not running',
  'host.swap': unlisted,
  'kafka.addPartitions': stays,
  'kubernetes.apply':
    'a workload with another template or fewer replicas declares it; other objects have no rows',
  'kubernetes.cordon': stays,
  'kubernetes.debug': author,
  'kubernetes.patch': 'a workload with another template or fewer replicas declares it',
  'kubernetes.portForward': unlisted,
  'kubernetes.setData': 'running pods keep what they have read',
  'kubernetes.shell': author,
  'mongodb.console': author,
  'mongodb.createIndex': unlisted,
  'mongodb.dropIndex': unlisted,
  'mongodb.password': 'sessions stay logged in',
  'mongodb.setting': stays,
  'mongodb.updateMany': unlisted,
  'pagerduty.trigger': 'a new incident',
  'postgres.console': author,
  'postgres.createIndex': unlisted,
  'postgres.dropIndex': unlisted,
  'postgres.password': 'sessions stay logged in',
  'postgres.reindex': unlisted,
  'postgres.setting': stays,
  'postgres.vacuum': unlisted,
  'redis.console': author,
  'redis.setting': stays,
  'script.start': author,
  'script.stop': author,
};

const declares = ({ interrupts, effects = [] }: Plan): boolean =>
  effects.length > 0 || [interrupts ?? []].flat().some(({ does }) => does !== 'starts');

const { signal } = new AbortController();
const seen = new Set<string>();

const isDangerous = (danger: unknown): boolean => danger === 'disruptive' || danger === 'destructive';

/** Registers the test: a disruptive or destructive operation declares what it ends or replaces, or has a reason not to. */
const testEffects = <M extends FailureMode, W extends Wire<M>>(stage: Stage<M, W>): void =>
  test(`${stage.rig.type}: a disruptive operation declares the rows that it ends or replaces`, async () => {
    await using wired = await openWired(stage);
    const wrong: string[] = [];
    for (const operation of wired.source.operations) {
      const values = stage.rig.operations[operation.name];
      if (values === undefined)
        throw new Error(`add values of ${operation.name} to operations of its test rig`);
      const plan = isDangerous(operation.danger(values)) ? await operation.plan(values, signal) : undefined;
      if (plan === undefined || !isDangerous(plan.danger)) continue;
      const name = `${stage.rig.type}.${operation.name}`;
      seen.add(name);
      if (declares(plan) === (without[name] !== undefined)) wrong.push(name);
    }
    expect(wrong, 'add `effects` to its plan, or its reason to `without` in this file').toEqual([]);
  });

for (const rig of rigs) testEffects(openFronted(rig));
for (const stage of [...stages, ...processStages]) testEffects(stage);

test('every operation that declares nothing on purpose exists', () => {
  expect(Object.keys(without).filter((name) => !seen.has(name))).toEqual([]);
});
