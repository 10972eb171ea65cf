import { parse } from 'yaml';
import { z } from 'zod';
import type { KubeCall } from '../../../clients/kubernetes/reading.ts';
import type { Drift, OperationCall } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/failures.ts';
import { clipped } from '../../../platform/terminal/sanitize.ts';
import { declareOperation } from '../../define-operation.ts';
import { kindNamed } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import { rolloutOf } from '../reading/rollout.ts';
import { conflictsOf, rehearsalOf } from './admission.ts';
import { standingOf } from './field-diff.ts';
import { ifThere, noUid, placeOf, rightTo } from './found.ts';
import { type Manifest, manifestCall, readManifests } from './manifests.ts';
import { zElsewhere, zFiles, zWait } from './param-parts.ts';
import { containersIn } from './pod-template.ts';
import type { Deed } from './recipe.ts';
import { earlierOf } from './recipe.ts';
import { defineWrite } from './write-operation.ts';

const applyParams = z.strictObject({
  files: zFiles,
  force: z.boolean().meta({ description: 'true: takes over fields that others manage' }).exactOptional(),
  image: z
    .string()
    .min(1)
    .meta({ description: 'refused unless a container of these files has just this image' })
    .exactOptional(),
  namespace: zElsewhere,
  wait: zWait,
});

type ApplyParams = z.infer<typeof applyParams>;

const longestShown = 4000;

/** Refuses files that would roll out another version than the one that is meant. Throws PlanError. */
const refuseOther = (manifests: readonly Manifest[], image: string): void => {
  const images = manifests.flatMap(({ text }) => containersIn(parse(text)).map((one) => one.image));
  if (images.includes(image)) return;
  const there = images.length === 0 ? 'no image' : [...new Set(images)].join(', ');
  throw new PlanError('not-applicable', `the files have ${there}, not ${image}`);
};

/** A document in a plan: its text stays in its file, is hashed here, and is read again when it is sent. */
const referenceTo = ({ file, nth, print }: Manifest): string => JSON.stringify({ file, nth, print });

const shownText = ({ shown }: Manifest): string =>
  shown.length > longestShown
    ? `${clipped(shown, longestShown)} (${shown.length - longestShown} more characters)`
    : shown;

/** Only what was made anew can be taken back by one call. */
const undoOf = (source: string, deeds: readonly Deed[]): OperationCall | undefined => {
  const [only, ...others] = deeds;
  if (only === undefined || others.length > 0 || only.before?.raw !== undefined) return undefined;
  const { target, object, rights } = only;
  const kind = kindNamed(object.split('/')[0] ?? '');
  if (kind === undefined) return undefined;
  const namespace = rights[0]?.namespace;
  return {
    use: `${source}.delete`,
    with: { kind: kind.word, name: target.name, ...(namespace === undefined ? {} : { namespace }) },
    title: `Delete ${object}, which was not there before`,
  };
};

const declared = declareOperation({ name: 'apply', danger: 'disruptive', params: applyParams });

/**
 * `apply`: makes objects as files say (server-side apply), a call a document. What others manage is left to them and
 * refused, unless `force: true`.
 */
export const apply = defineWrite(declared, (parts) => {
  const { client, io, dir } = parts;

  const deedOf = async (manifest: Manifest, params: ApplyParams, signal: AbortSignal): Promise<Deed> => {
    const { kind, namespace, path, call: wanted } = await manifestCall(parts, manifest, params, signal);
    const { name } = manifest;
    const raw = await ifThere(client, path, signal);
    const call: KubeCall = { ...wanted, body: referenceTo(manifest) };
    const right = { kind, namespace, name };
    return {
      call,
      shown: shownText(manifest),
      rehearsal: wanted,
      target: {
        name,
        uid: raw === undefined ? noUid : metaOf(raw).uid,
        saw: standingOf(raw),
        where: await placeOf(client, namespace, signal),
      },
      object: `${kind.word}/${name}`,
      look: path,
      rights: [rightTo('patch', right), ...(raw === undefined ? [rightTo('create', right)] : [])],
      before: { raw },
      rollsOut: rolloutOf[kind.word] !== undefined,
    };
  };

  /** What `force` takes, from whom: what the same apply would be refused for. */
  const takenOver = async ({ rehearsal, object }: Deed, signal: AbortSignal): Promise<readonly string[]> => {
    if (rehearsal === undefined) return [];
    const mild = { ...rehearsal, path: rehearsal.path.replace('force=true', 'force=false') };
    const answer = await client.rehearse(rehearsalOf(mild), signal);
    return conflictsOf(answer).map((words) => `${object} ${words}: taken over`);
  };

  const read = (files: readonly string[], signal: AbortSignal): Promise<readonly Manifest[]> =>
    readManifests(io.files, files, dir, signal);

  return {
    saw: standingOf,
    prepare: async (params, signal) => {
      const manifests = await read(params.files, signal);
      if (params.image !== undefined) refuseOther(manifests, params.image);
      const deeds = await Promise.all(manifests.map((manifest) => deedOf(manifest, params, signal)));
      const taken =
        params.force === true ? await Promise.all(deeds.map((deed) => takenOver(deed, signal))) : [];
      const undo = undoOf(parts.source, deeds);
      return {
        deeds,
        objects: [
          ...manifests.map(({ file, nth }, index) => `${deeds[index]?.object}: ${file}, document ${nth}`),
          ...taken.flat(),
        ],
        ...(undo === undefined
          ? { lost: 'what the objects were: apply the files of before to go back' }
          : { undo }),
      };
    },
    moved: async (plan, signal): Promise<Drift | undefined> => {
      const now = (await read(plan.params.files, signal)).map(referenceTo);
      const gone = earlierOf(plan).calls.findIndex(({ body }) => !now.includes(body ?? ''));
      const target = plan.targets[gone];
      return (
        target && { target: target.name, planned: 'the file as it was planned', found: 'another text in it' }
      );
    },
    finish: async (call, plan, _, signal) => {
      const found = (await read(plan.params.files, signal)).find(
        (manifest) => referenceTo(manifest) === call.body,
      );
      if (found === undefined) throw new WireError('malformed', 'its file has changed since it was planned');
      return { ...call, body: found.text };
    },
  };
});
