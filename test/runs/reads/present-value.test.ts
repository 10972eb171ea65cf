import { expect, test } from 'vitest';
import type { ParamSpec, Runbook, VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { presentValueOf } from '../../../src/runs/reads/present-value.ts';
import { snapshotWith } from '../../support/made-facts.ts';

const replicas: ParamSpec = { name: 'replicas', type: 'int' } as ParamSpec;

type Step = Partial<VerifyStep>;

const presentWith = (step: Step, params: Readonly<Record<string, string>> = {}) => {
  const verify = [{ id: 'v1', title: 'Replicas', ...step }];
  const runbook = { id: 'scale', title: 'Scale', act: [], verify } as unknown as Runbook;
  const engine = { snapshot: () => snapshotWith({}) };
  return presentValueOf(replicas, runbook, params, { engine } as unknown as Parameters<
    typeof presentValueOf
  >[3])?.present;
};

const read: Step = {
  use: 'k8s.replicas',
  with: { deployment: 'billing' },
  expect: { value: '${param.replicas}' } as NonNullable<VerifyStep['expect']>,
};

test('a question reads the value in effect as the verification would', () => {
  expect(presentWith(read)).toEqual({ is: 'loading' });
});

test.each([
  ['it compares another parameter', { ...read, expect: { value: '${param.other}' } }],
  ['it expects nothing', { use: 'k8s.replicas', with: {} }],
  ['it runs a program that only its author declares as reading', { ...read, danger: 'read' }],
  ['it needs a parameter that is not given yet', { ...read, with: { deployment: '${param.deployment}' } }],
])('it reads nothing where %s', (_, step) => {
  expect(presentWith(step as Step)).toBeUndefined();
});

test('it reads once the parameter that it needs is given', () => {
  expect(
    presentWith({ ...read, with: { deployment: '${param.deployment}' } }, { deployment: 'billing' }),
  ).toEqual({
    is: 'loading',
  });
});
