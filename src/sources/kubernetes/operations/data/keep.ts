import { stringify } from 'yaml';
import type { z } from 'zod';
import type { ActEvent, Plan, TargetDrift } from '../../../../domain/runbooks/operation.ts';
import { formatBytes } from '../../../../domain/text/format.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import {
  declareOperation,
  defineOperation,
  type PlanDraft,
} from '../../../kit/operations/define-operation.ts';
import { fileTimestamp, planNewFile, resolveLocalPath } from '../../../kit/operations/local-files.ts';
import { entries } from '../../../kit/values/wire-value.ts';
import type { KubeParts } from '../../api/parts.ts';
import { toPlanError } from '../write/admission.ts';
import { objectDrift, readPinnedObject } from '../write/find-object.ts';
import { parsePlanRecord } from '../write/write-planner.ts';
import { keepParams } from './values.ts';

/** Last line of a backup file; a file without it is truncated. */
const completeLine = '# complete';

/** Fields written by the server; they must be removed before an object is applied again. */
const serverFields: readonly string[] = [
  'managedFields',
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'generation',
  'selfLink',
];

const omitKeys = (fields: unknown, omitted: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(entries(fields).filter(([key]) => !omitted.includes(key)));

/** Converts an object to a YAML document that can be applied again. */
const toYamlDocument = (raw: unknown): string => {
  const { metadata, ...rest } = omitKeys(raw, ['status']);
  return stringify({ ...rest, metadata: omitKeys(metadata, serverFields) }, { lineWidth: 0 });
};

const presentState = 'it exists';

const declared = declareOperation({
  name: 'keep',
  says: 'saves the manifests of objects in local files',
  danger: 'safe',
  params: keepParams,
});

/** `keep`: saves objects as one file of YAML documents that `apply` accepts. */
export const keep = defineOperation(declared, (parts: KubeParts) => {
  const { client, io, dir } = parts;

  const planned = async (params: z.infer<typeof keepParams>, signal: AbortSignal): Promise<PlanDraft> => {
    const pinnedObjects = await Promise.all(
      params.objects.map((object) => readPinnedObject(parts, object, params.namespace, signal)),
    );
    const time = fileTimestamp(io.clock.wallNow());
    const file = await planNewFile(
      io.disk,
      `${resolveLocalPath(params.dir, dir)}/kept-${time}.yaml`,
      {},
      signal,
    );
    const calls = pinnedObjects.map(({ path }) => ({ method: 'GET', path }));
    return {
      targets: pinnedObjects.map(({ request: pinned }) => ({ ...pinned.target, saw: presentState })),
      calls: calls.map(({ method, path }, target) => ({ line: client.describeCall(method, path), target })),
      objects: [...params.objects, file.words],
      lost: 'nothing in the cluster. The file stays until you delete the file',
      earlier: {
        calls,
        looks: pinnedObjects.map(({ path }) => path),
        rights: [],
        follow: [],
        file: { path: file.path, print: '' },
      },
    };
  };

  const kept = async function* (plan: Plan, change: ChangeIo, signal: AbortSignal): AsyncIterable<ActEvent> {
    const { looks, file } = parsePlanRecord(plan);
    const documents: string[] = [];
    for (const [index, path] of looks.entries()) {
      const line = plan.calls[index]?.line ?? client.describeCall('GET', path);
      yield { is: 'call', line };
      documents.push(toYamlDocument(await client.get(path, signal)));
      yield { is: 'answered', line, status: '200 OK', ok: true };
    }
    const line = `write ${file?.path}`;
    const draft = await change.draft(file?.path ?? '', false, signal);
    try {
      await draft.write(Buffer.from(`${documents.join('---\n')}${completeLine}\n`));
      const { sizeBytes, sha256 } = await draft.commit();
      yield { is: 'answered', line, status: `${formatBytes(sizeBytes)}, sha256 ${sha256}`, ok: true };
    } catch (error) {
      await draft.abort();
      throw error;
    }
  };

  return {
    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw toPlanError(error, 'keep');
      }
    },

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const { looks } = parsePlanRecord(plan);
      const drifts = await Promise.all(
        plan.targets.map((target, index) =>
          objectDrift(client, target, looks[index] ?? '', signal, () => presentState),
        ),
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
