import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/failures.ts';
import { declareOperation } from '../../define-operation.ts';
import { field, text } from '../../wire-value.ts';
import { kinds, objectPath } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import { blastRadius } from './blast-radius.ts';
import { findIt, rightTo, targetOf } from './found.ts';
import { zName, zNamespace, zWait } from './param-parts.ts';
import { meantRevision, revisionOf, revisionsOf, templateOf } from './revisions.ts';
import { withoutSecrets } from './without-secrets.ts';
import { defineWrite } from './write-operation.ts';

const rollbackParams = z.strictObject({
  deployment: zName('a deployment'),
  revision: z
    .union([z.int().min(1), z.string().regex(/^[1-9]\d*$/, { error: 'no number of a revision' })])
    .meta({ description: 'default: the one before the current one' })
    .exactOptional(),
  namespace: zNamespace,
  wait: zWait,
});

const saw = (raw: unknown): string => `revision ${revisionOf(raw) ?? 'unknown'}`;

/** The version changes with every word in its status, so that it is read when the call is sent. */
const versionLater = 'as read just before';

const patchBody = (template: unknown, version?: string): string =>
  JSON.stringify([
    ...(version === undefined ? [] : [{ op: 'test', path: '/metadata/resourceVersion', value: version }]),
    { op: 'replace', path: '/spec/template', value: template },
  ]);

const declared = declareOperation({ name: 'rollback', danger: 'disruptive', params: rollbackParams });

/**
 * `rollback`: gives a deployment the template of one of its earlier ReplicaSets. There is no such call; it is what
 * `kubectl rollout undo` does.
 */
export const rollback = defineWrite(declared, (parts) => {
  const { client, source } = parts;
  return {
    saw,
    prepare: async ({ deployment, revision, namespace: given }, signal) => {
      const found = await findIt(parts, kinds.deployment, deployment, given, signal);
      const { object, namespace, path, raw } = found;
      if (field(field(raw, 'spec'), 'paused') === true)
        throw new PlanError('not-applicable', `${object} is paused: resume it before it is rolled back`);
      const current = revisionOf(raw);
      if (current === undefined)
        throw new PlanError('not-applicable', `${object} has no revision: its controller has not seen it`);
      const revisions = await revisionsOf(client, found, signal);
      const wanted = revision === undefined ? undefined : Number(revision);
      const { number, replicaSet, raw: keeper } = meantRevision(revisions, current, wanted, object);
      const template = templateOf(keeper);
      const call = { method: 'PATCH', path, contentType: 'application/json-patch+json' };
      const kept = objectPath(kinds.replicaset, namespace, replicaSet);
      return {
        deeds: [
          {
            // The template stays where it is until it is sent: values in it may be secret, and a plan is written down.
            call: { ...call, body: kept },
            rehearsal: { ...call, body: patchBody(template) },
            shown: patchBody(withoutSecrets(template), versionLater),
            target: targetOf(found, saw(raw)),
            object,
            look: path,
            rights: [rightTo('patch', found)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: [
          `${object}: revision ${current} → the template of revision ${number} (replicaset/${replicaSet})`,
          ...(await blastRadius(client, found, signal)),
          'not rolled back: ConfigMaps, Secrets, and what a migration did to a database',
        ],
        undo: {
          use: `${source}.rollback`,
          with: { deployment, namespace, revision: current },
          title: `Roll ${object} back to revision ${current}`,
        },
      };
    },
    finish: async (call, plan, _, signal) => {
      const raw = await client.get(call.path, signal);
      const [target] = plan.targets;
      if (metaOf(raw).uid !== target?.uid || saw(raw) !== target.saw)
        throw new WireError('malformed', `it has changed since it was checked: ${saw(raw)}`);
      const version = text(field(field(raw, 'metadata'), 'resourceVersion')) ?? '';
      const template = templateOf(await client.get(call.body ?? '', signal));
      return { ...call, body: patchBody(template, version) };
    },
  };
});
