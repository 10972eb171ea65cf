import { z } from 'zod';
import type { ActEvent } from '../../../domain/operation.ts';
import { statusText } from '../../../platform/network/status.ts';
import { declareOperation, defineOperation, type PlanDraft } from '../../define-operation.ts';
import type { KubeParts } from '../parts.ts';
import { conflictsOf, planErrorOf, rehearsalOf, rehearsed } from './admission.ts';
import { fieldDiff } from './field-diff.ts';
import { ifThere, noUid, placeOf } from './found.ts';
import { type Manifest, manifestCall, readManifests } from './manifests.ts';
import { zElsewhere, zFiles } from './param-parts.ts';

const diffParams = z.strictObject({ files: zFiles, namespace: zElsewhere });

type DiffParams = z.infer<typeof diffParams>;

/** What it finds of one document. */
interface Compared {
  readonly object: string;
  readonly status: string;
  readonly lines: readonly string[];
}

const summary = (all: readonly Compared[]): string => {
  const count = all.filter(({ lines }) => lines.length > 0).length;
  return count === 0 ? 'nothing differs' : `${count} of ${all.length} objects differ`;
};

const declared = declareOperation({ name: 'diff', danger: 'read', params: diffParams, finds: ['json'] });

/**
 * `diff`: what applying files would change, by dry runs: nothing of them is kept. Fields that others manage are
 * compared too, and their managers told: without `force: true` they refuse the apply.
 */
export const diff = defineOperation(declared, (parts: KubeParts) => {
  const { client, io, dir } = parts;

  const read = ({ files }: DiffParams, signal: AbortSignal): Promise<readonly Manifest[]> =>
    readManifests(io.files, files, dir, signal);

  const compared = async (manifest: Manifest, params: DiffParams, signal: AbortSignal): Promise<Compared> => {
    const mild = await manifestCall(parts, manifest, params, signal);
    const object = `${mild.kind.word}/${manifest.name}`;
    const before = await ifThere(client, mild.path, signal);
    const conflicts = conflictsOf(await client.rehearse(rehearsalOf(mild.call), signal));
    const { call } = await manifestCall(parts, manifest, { ...params, force: true }, signal);
    const answer = await rehearsed(client, call, object, signal);
    const diff = before === undefined ? ['it is not there yet'] : fieldDiff(before, answer.json());
    return { object, status: statusText(answer.status), lines: [...diff, ...conflicts] };
  };

  const planned = async (params: DiffParams, signal: AbortSignal): Promise<PlanDraft> => {
    const manifests = await read(params, signal);
    const calls = await Promise.all(
      manifests.map((manifest) => manifestCall(parts, manifest, params, signal)),
    );
    const places = await Promise.all(calls.map(({ namespace }) => placeOf(client, namespace, signal)));
    return {
      targets: manifests.map(({ name, print }, index) => ({
        name,
        uid: noUid,
        saw: `as in its file, ${print}`,
        where: places[index] ?? '',
      })),
      calls: calls.map(({ call }, target) => {
        const { method, path } = rehearsalOf(call);
        return { line: client.line(method, path), target };
      }),
      objects: manifests.map(({ file, nth }, index) => `${calls[index]?.path}: ${file}, document ${nth}`),
    };
  };

  return {
    recheck: async () => undefined,

    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw planErrorOf(error, 'diff');
      }
    },

    act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const all: Compared[] = [];
      for (const [index, manifest] of (await read(params, signal)).entries()) {
        const line = plan.calls[index]?.line ?? manifest.file;
        yield { is: 'call', line };
        try {
          const one = await compared(manifest, params, signal);
          all.push(one);
          for (const text of one.lines) yield { is: 'output', text: `${one.object} ${text}` };
          const { object } = one;
          yield { is: 'found', found: { json: { object, differs: one.lines.length > 0 } } };
          yield { is: 'answered', line, status: one.status, ok: true };
        } catch (error) {
          const { message } = client.fault('', planErrorOf(error, manifest.name));
          yield { is: 'answered', line, status: message, ok: false };
          return;
        }
      }
      yield { is: 'output', text: summary(all) };
      yield { is: 'found', found: { json: { differs: all.some(({ lines }) => lines.length > 0) } } };
    },
  };
});
