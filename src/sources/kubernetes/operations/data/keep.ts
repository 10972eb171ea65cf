import { stringify } from 'yaml';
import type { z } from 'zod';
import { bytes } from '../../../../domain/format.ts';
import type { ActEvent, Drift, Plan } from '../../../../domain/operation.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import { declareOperation, defineOperation, type PlanDraft } from '../../../define-operation.ts';
import { ownPath, savingOf, stampOf } from '../../../own-files.ts';
import { entries } from '../../../wire-value.ts';
import type { KubeParts } from '../../parts.ts';
import { planErrorOf } from '../admission.ts';
import { driftOf, findObject } from '../found.ts';
import { earlierOf } from '../recipe.ts';
import { keepParams } from './values.ts';

/** The last line of a kept file: without it the file was cut off. */
const completeLine = '# complete';

/** What the server writes by itself: an object that is applied again must not have it. */
const ofTheServer: readonly string[] = [
  'managedFields',
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'generation',
  'selfLink',
];

const without = (held: unknown, gone: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(entries(held).filter(([key]) => !gone.includes(key)));

/** An object as it could be applied again. */
const documentOf = (raw: unknown): string => {
  const { metadata, ...rest } = without(raw, ['status']);
  return stringify({ ...rest, metadata: without(metadata, ofTheServer) }, { lineWidth: 0 });
};

const saw = 'it is there';

const declared = declareOperation({ name: 'keep', danger: 'safe', params: keepParams });

/** `keep`: objects as they are now, as one file of YAML documents that `apply` takes. */
export const keep = defineOperation(declared, (parts: KubeParts) => {
  const { client, io, dir } = parts;

  const planned = async (params: z.infer<typeof keepParams>, signal: AbortSignal): Promise<PlanDraft> => {
    const found = await Promise.all(
      params.objects.map((object) => findObject(parts, object, params.namespace, signal)),
    );
    const time = stampOf(io.clock.now() + io.clock.wallOffset());
    const file = await savingOf(io.disk, `${ownPath(params.dir, dir)}/kept-${time}.yaml`, {}, signal);
    const calls = found.map(({ path }) => ({ method: 'GET', path }));
    return {
      targets: found.map(({ asked }) => ({ ...asked.target, saw })),
      calls: calls.map(({ method, path }, target) => ({ line: client.line(method, path), target })),
      objects: [...params.objects, file.words],
      lost: 'nothing; the file stays until somebody deletes it',
      earlier: {
        calls,
        looks: found.map(({ path }) => path),
        rights: [],
        follow: [],
        file: { path: file.path, print: '' },
      },
    };
  };

  const kept = async function* (plan: Plan, change: ChangeIo, signal: AbortSignal): AsyncIterable<ActEvent> {
    const { looks, file } = earlierOf(plan);
    const documents: string[] = [];
    for (const [index, path] of looks.entries()) {
      const line = plan.calls[index]?.line ?? client.line('GET', path);
      yield { is: 'call', line };
      documents.push(documentOf(await client.get(path, signal)));
      yield { is: 'answered', line, status: '200 OK', ok: true };
    }
    const line = `write ${file?.path}`;
    const draft = await change.draft(file?.path ?? '', false, signal);
    try {
      await draft.write(Buffer.from(`${documents.join('---\n')}${completeLine}\n`));
      const { sizeBytes, sha256 } = await draft.keep();
      yield { is: 'answered', line, status: `${bytes(sizeBytes)}, sha256 ${sha256}`, ok: true };
    } catch (error) {
      await draft.drop();
      throw error;
    }
  };

  return {
    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw planErrorOf(error, 'keep');
      }
    },

    recheck: async (plan, signal): Promise<Drift | undefined> => {
      const { looks } = earlierOf(plan);
      const drifts = await Promise.all(
        plan.targets.map((target, index) => driftOf(client, target, looks[index] ?? '', signal, () => saw)),
      );
      return drifts.find((drift) => drift !== undefined);
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      try {
        yield* kept(plan, change, signal);
      } catch (error) {
        const { message } = client.fault('', error);
        yield { is: 'answered', line: `keep ${plan.objects.join(', ')}`, status: message, ok: false };
      }
    },
  };
});
