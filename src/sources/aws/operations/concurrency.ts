import { z } from 'zod';
import { concurrencyChanges } from '../../../clients/aws/changing.ts';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import { type ActEvent, notApplicable } from '../../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation, readForPlan } from '../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../kit/operations/read-operation.ts';
import type { AwsContext } from '../account/context.ts';
import { functionInstance } from '../lambda/functions.ts';
import { reportChange } from './queue-target.ts';

const zFunction = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,140}$/, {
    error: 'this is not the name of a function: use letters, digits, - and _',
  })
  .meta({ description: 'function name' });

const zReserved = z.union([z.int().min(0).max(100_000), z.literal('none')]).meta({
  description:
    'reserved concurrency to set. The value 0 throttles every call, and none removes the reservation',
});

/** '5', or 'none' without a reservation. */
const reservedText = (reserved: number | undefined): string => String(reserved ?? 'none');

const setAction: GenericAction = {
  id: 'set-function-concurrency',
  verb: 'concurrency',
  title: 'Set reserved concurrency',
  step: 'Set the reserved concurrency of ${param.function} to ${param.reserved}',
  on: 'health',
  where: `instance = ${functionInstance}`,
  params: [
    { name: 'function', type: 'choice', from: 'health.service', title: 'Function' },
    {
      name: 'reserved',
      type: 'int',
      min: 0,
      max: 100_000,
      title: 'Reserved concurrency (0 throttles every call)',
    },
  ],
  with: { function: '${param.function}', reserved: '${param.reserved}' },
  verify: [
    {
      id: 'v1',
      title: 'The function has the requested reserved concurrency',
      use: 'functionConcurrency',
      with: { function: '${param.function}' },
      expect: { json: { reserved: '${param.reserved}' } },
      withinMs: 30_000,
      forMs: 0,
    },
  ],
};

/** `setConcurrency`: sets or removes the reserved concurrency of a function. Source: AWS, PutFunctionConcurrency. */
export const setConcurrencyOperation = defineOperation(
  declareOperation({
    name: 'setConcurrency',
    danger: 'disruptive',
    params: z.strictObject({ function: zFunction, reserved: zReserved }),
    actions: [setAction],
  }),
  (context: AwsContext) => ({
    plan: async ({ function: name, reserved }, signal) => {
      const [found, before] = await readForPlan(context, `Lambda GetFunctionConcurrency ${name}`, () =>
        Promise.all([context.lambda.configuration(name, signal), context.lambda.reserved(name, signal)]),
      );
      const from = reservedText(before);
      const to = String(reserved);
      if (from === to)
        throw notApplicable(
          `the reserved concurrency of ${name} is already ${to}, so there is nothing to change`,
        );
      const action = reserved === 'none' ? 'DeleteFunctionConcurrency' : 'PutFunctionConcurrency';
      return {
        targets: [{ name, uid: found.arn, rowUid: '', saw: from, where: context.place }],
        calls: [{ line: `Lambda ${action} ${name} ${to}`, target: 0 }],
        objects: [`${name}: reserved concurrency ${from} → ${to}`],
        changes: [`${name} reserved concurrency: ${from} → ${to}`],
        ...(reserved === 0
          ? { lost: 'AWS throttles every call of the function until you set the reserved concurrency again' }
          : {}),
        earlier: before ?? 'none',
      };
    },
    recheck: async ({ targets: [target] }, signal) => {
      if (target === undefined) return undefined;
      const found = reservedText(await context.lambda.reserved(target.name, signal));
      return found === target.saw ? undefined : { target: target.name, planned: target.saw, found };
    },
    act: async function* ({ params, calls }, change, signal) {
      const { function: name, reserved } = params;
      yield* reportChange(context, calls[0]?.line ?? 'Lambda PutFunctionConcurrency', async () => {
        await change.call(
          concurrencyChanges,
          context.target,
          { function: name, ...(reserved === 'none' ? {} : { reserved }) },
          signal,
        );
        return 'done';
      });
    },
    undo: ({ params, earlier }) => ({
      use: `${context.source}.setConcurrency`,
      with: { function: params.function, reserved: zReserved.parse(earlier) },
      title: `Set the reserved concurrency of ${params.function} to ${String(earlier)}`,
      pins: 'value',
    }),
  }),
);

/** `functionConcurrency`: reads the reserved concurrency of a function; as JSON `reserved`, a number or `none`. */
export const functionConcurrencyOperation = defineReadOperation(
  declareOperation({
    name: 'functionConcurrency',
    params: z.strictObject({ function: zFunction }),
    resultKinds: ['json'],
  }),
  (context: AwsContext) => ({
    plan: async ({ function: name }) => ({
      targets: [{ name, uid: `${context.place} function ${name}`, saw: '', where: context.place }],
      calls: [{ line: `Lambda GetFunctionConcurrency ${name}`, target: 0 }],
      objects: [`reserved concurrency of ${name}`],
    }),
    act: async function* ({ params: { function: name } }, _, signal): AsyncGenerator<ActEvent> {
      const line = `Lambda GetFunctionConcurrency ${name}`;
      yield { is: 'call', line };
      try {
        const reserved = (await context.lambda.reserved(name, signal)) ?? 'none';
        yield { is: 'output', text: `${name}: reserved concurrency ${reserved}` };
        yield { is: 'found', found: { json: { reserved } } };
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: context.fault(line, error).message, ok: false };
      }
    },
  }),
);
