import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ActEvent, Plan } from '../../../../src/domain/runbooks/operation.ts';
import type { ChangeIo } from '../../../../src/doors/io.ts';
import {
  declarationsOf,
  defineOperation,
  type OperationSpec,
} from '../../../../src/sources/kit/operations/define-operation.ts';

const signal = new AbortController().signal;
const change = {} as ChangeIo;
const params = z.strictObject({ name: z.string(), times: z.coerce.number().default(2) });

/** An operation that does nothing, and returns its params. */
const defined = (
  overrides: Partial<OperationSpec<z.infer<typeof params>>>,
  draft: { readonly danger?: 'read' | 'destructive' } = {},
) =>
  defineOperation({ name: 'knock', params, ...overrides }, ({ door }: { source: string; door: string }) => ({
    plan: async ({ name, times }) => ({
      targets: [{ name, uid: door, saw: `${times}`, where: door }],
      calls: [],
      objects: [],
      earlier: 'shut',
      ...draft,
    }),
    recheck: async ({ params: { times } }) =>
      times === 2 ? undefined : { target: door, planned: '2', found: `${times}` },
    act: async function* ({ params: { name, times } }) {
      yield { is: 'output', text: `${name} ${times + 1}` };
    },
    undo: ({ use, params: { name } }) => ({ use, with: { name }, title: 'back' }),
  }));
const opened = (...args: Parameters<typeof defined>) =>
  defined(...args).open({ source: 'house', door: 'front' });

const collect = async (acting: AsyncIterable<ActEvent>): Promise<readonly ActEvent[]> => {
  const events: ActEvent[] = [];
  for await (const event of acting) events.push(event);
  return events;
};

test('a plan has the declared name, danger and params; later steps receive the parsed params', async () => {
  const operation = opened({ danger: 'safe' });
  const plan = await operation.plan({ name: 'a', times: '2' }, signal);
  expect(plan).toEqual({
    use: 'house.knock',
    danger: 'safe',
    targets: [{ name: 'a', uid: 'front', saw: '2', where: 'front' }],
    calls: [],
    objects: [],
    params: { name: 'a', times: '2' },
    earlier: 'shut',
  });
  expect(await collect(operation.act(plan, change, signal))).toEqual([{ is: 'output', text: 'a 3' }]);
  expect(await operation.recheck(plan, signal)).toBeUndefined();
  expect(operation.undo?.(plan)).toEqual({ use: 'house.knock', with: { name: 'a' }, title: 'back' });
});

test('a plan restored from JSON has the same types', async () => {
  const operation = opened({ danger: 'safe' });
  const plan: Plan = JSON.parse(JSON.stringify(await operation.plan({ name: 'a', times: '3' }, signal)));
  expect(await operation.recheck(plan, signal)).toEqual({ target: 'front', planned: '2', found: '3' });
});

test('invalid params are refused before planning', async () => {
  const planned = opened({ danger: 'safe' }).plan({ times: 1 }, signal);
  await expect(planned).rejects.toMatchObject({
    name: 'PlanError',
    ending: 'failed',
    message: expect.stringContaining('name: '),
  });
});

test('an operation without a danger, or with an unknown one, is destructive', async () => {
  const danger = 'harmless' as 'safe';
  for (const overrides of [{}, { danger }]) {
    expect(defined(overrides).danger).toBe('destructive');
    expect(opened(overrides).danger({})).toBe('destructive');
    expect((await opened(overrides).plan({ name: 'a' }, signal)).danger).toBe('destructive');
  }
});

test('a plan may be more dangerous than its operation, never less', async () => {
  const planned = async (...args: Parameters<typeof defined>) =>
    (await opened(...args).plan({ name: 'a' }, signal)).danger;
  expect(await planned({ danger: 'disruptive' }, { danger: 'read' })).toBe('disruptive');
  expect(await planned({ danger: 'disruptive' }, { danger: 'destructive' })).toBe('destructive');
  expect(await planned({ danger: 'as-step' })).toBe('safe');
  expect(await planned({ danger: 'as-step' }, { danger: 'read' })).toBe('read');
});

test('read-only params make a read-only operation', async () => {
  const operation = opened({ danger: 'disruptive', reads: ({ name }) => name === 'look' });
  expect(operation.danger({ name: 'look' })).toBe('read');
  expect((await operation.plan({ name: 'look' }, signal)).danger).toBe('read');
  expect((await operation.plan({ name: 'knock' }, signal)).danger).toBe('disruptive');
});

test('the loader describes an operation by its name, with the same schema and danger', () => {
  const knock = defined({ danger: 'as-step', resultKinds: ['json'] });
  expect(declarationsOf([knock])).toEqual({
    knock: expect.objectContaining({ params, danger: 'as-step', resultKinds: ['json'] }),
  });
});
