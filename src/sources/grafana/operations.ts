import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import { type ActEvent, notApplicable, type PermissionResult } from '../../domain/runbooks/operation.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { declareOperation, defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { planRead, sendCall } from '../kit/operations/json-api.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { field, number } from '../kit/values/wire-value.ts';
import { annotationPath, annotationsPath, annotationsSincePath, type GrafanaClient } from './client.ts';
import { type Annotation, parseAnnotation } from './parse.ts';

/** Every annotation of opsdeck has this tag. */
const ownTag = 'opsdeck';
const dayMs = 86_400_000;

const zTag = z
  .string()
  .regex(/^[\w.:=/-]{1,100}$/, { error: 'not a tag: use up to 100 letters, digits and . : = / - _' });

const zKey = zTag.meta({
  description: 'tag by which a later step finds the annotation, such as the id of an incident',
});

const regionText = ({ time, timeEnd }: Pick<Annotation, 'time' | 'timeEnd'>): string =>
  timeEnd === undefined
    ? `at ${new Date(time).toISOString()}`
    : `${new Date(time).toISOString()} to ${new Date(timeEnd).toISOString()}`;

const describeAnnotation = ({ id, text, tags, ...times }: Annotation): string =>
  `annotation ${id} · ${regionText(times)} · ${text} · tags ${tags.join(', ')}`;

/** Asks Grafana whether the token has a right. */
const permitOf = async (
  client: GrafanaClient,
  right: string,
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const rights = await client.permissions(signal);
  return rights.has(right)
    ? { allowed: true, why: `the token has the permission ${right}` }
    : {
        allowed: false,
        why: `the token lacks the permission ${right}`,
        remedy: `grant that permission or the role Editor to the service account`,
      };
};

const annotateParams = z.strictObject({
  text: z.string().trim().min(1).max(4000).meta({ description: 'text' }),
  key: zKey.exactOptional(),
  tags: z
    .array(zTag)
    .max(20)
    .default([])
    .meta({ description: `further tags of the annotation, in addition to ${ownTag}` }),
  last: z
    .string()
    .refine((written) => (parseDuration(written) ?? 0) > 0, {
      error: 'this is not a duration: write one such as 15m',
    })
    .meta({
      description:
        'annotates the time from this long ago until now (default: annotates only the present moment)',
      examples: ['15m'],
    })
    .exactOptional(),
  dashboard: z
    .string()
    .regex(/^[\w-]{1,40}$/, {
      error: 'this is not the uid of a dashboard: copy the uid from the address of the dashboard',
    })
    .meta({
      description:
        'uid of the dashboard to annotate (default: every dashboard that shows annotations with these tags)',
    })
    .exactOptional(),
  panel: z
    .int()
    .min(1)
    .meta({ description: 'id of the panel to annotate on that dashboard (default: the whole dashboard)' })
    .exactOptional(),
});

/** The body of a new annotation, and its times. `now`: wall-clock ms. */
const newAnnotation = (
  { text, key, tags, last, dashboard, panel }: z.infer<typeof annotateParams>,
  now: number,
) => {
  const time = Math.round(now - (parseDuration(last ?? '') ?? 0));
  const times = last === undefined ? { time } : { time, timeEnd: Math.round(now) };
  const body = {
    ...times,
    tags: [...new Set([ownTag, ...(key === undefined ? [] : [key]), ...tags])],
    text,
    ...defined({ dashboardUID: dashboard, panelId: panel }),
  };
  return { body, times };
};

/** `annotate`: writes an annotation, at a time or as a region until now. Source: Grafana, POST /api/annotations. */
const annotateOperation = defineOperation(
  declareOperation({
    name: 'annotate',
    danger: 'safe',
    params: annotateParams,
  }),
  (client: GrafanaClient) => ({
    plan: async (params, signal) => {
      const { api } = client;
      const { dashboard, panel } = params;
      if (panel !== undefined && dashboard === undefined)
        throw notApplicable('the parameter panel needs a dashboard: add dashboard, or remove panel');
      if (dashboard !== undefined)
        await planRead(api, `/api/dashboards/uid/${encodeURIComponent(dashboard)}`, signal);
      const { body, times } = newAnnotation(params, api.wallNow());
      return {
        targets: [
          {
            name: dashboard ?? 'annotations',
            uid: `${api.endpoint.url(annotationsPath)} ${dashboard ?? ''}`,
            saw: '',
            where: api.endpoint.base,
          },
        ],
        calls: [{ line: api.endpoint.line('POST', annotationsPath), body: JSON.stringify(body), target: 0 }],
        objects: [`new annotation ${regionText(times)} · tags ${body.tags.join(', ')}`],
      };
    },
    permits: (_, signal) => permitOf(client, 'annotations:create', signal),
    // A new annotation meets no other one.
    recheck: async () => undefined,
    act: async function* (plan, change, signal) {
      const body = plan.calls[0]?.body;
      if (body === undefined) throw new Error('internal error: an annotation was planned without a body');
      const call = { method: 'POST', path: annotationsPath, body } as const;
      const sent = yield* sendCall(client.api, change, call, signal);
      if (sent === undefined) return;
      const id = number(field(sent.value, 'id'));
      if (id === undefined)
        return yield {
          is: 'output',
          text: 'Grafana returned no id, so undo cannot delete the annotation. Delete the annotation in Grafana',
        };
      yield { is: 'made', key: 'annotation', value: String(id) };
      try {
        const read = await client.api.send(change, { method: 'GET', path: annotationPath(id) }, signal);
        yield { is: 'output', text: describeAnnotation(parseAnnotation(read)) };
      } catch (error) {
        const { message } = client.api.fault(annotationPath(id), error);
        yield {
          is: 'output',
          text: `Grafana wrote the annotation, but opsdeck could not read the annotation back: ${message}`,
        };
      }
    },
    undo: () => ({
      use: `${client.source}.deleteAnnotation`,
      with: { id: '${made.annotation}' },
      title: 'Delete the annotation',
      pins: 'gone',
    }),
  }),
);

const zId = z
  .union([z.int().min(1), z.string().regex(/^[1-9]\d{0,14}$/)], {
    error: 'this is not an id of an annotation: write the number',
  })
  .transform(Number);

/** `deleteAnnotation`: deletes an annotation of opsdeck. Source: Grafana, DELETE /api/annotations/:id. */
const deleteOperation = defineOperation(
  declareOperation({ name: 'deleteAnnotation', danger: 'safe', params: z.strictObject({ id: zId }) }),
  (client: GrafanaClient) => ({
    plan: async ({ id }, signal) => {
      const { api } = client;
      const annotation = parseAnnotation(await planRead(api, annotationPath(id), signal));
      if (!annotation.tags.includes(ownTag))
        throw notApplicable(
          `opsdeck did not write annotation ${id}, which lacks the tag ${ownTag}: delete the annotation in Grafana`,
        );
      return {
        targets: [
          {
            name: `annotation ${id}`,
            uid: api.endpoint.url(annotationPath(id)),
            saw: annotation.text,
            where: api.endpoint.base,
          },
        ],
        calls: [{ line: api.endpoint.line('DELETE', annotationPath(id)), target: 0 }],
        objects: [describeAnnotation(annotation)],
        lost: 'there is no undo for a deleted annotation: write a new one with Annotate',
      };
    },
    permits: (_, signal) => permitOf(client, 'annotations:delete', signal),
    recheck: async ({ params: { id }, targets: [target] }, signal) => {
      const { text } = parseAnnotation(await client.api.read(annotationPath(id), signal));
      if (target === undefined || target.saw === text) return undefined;
      return { target: target.name, planned: target.saw, found: text };
    },
    act: async function* ({ params: { id } }, change, signal) {
      yield* sendCall(client.api, change, { method: 'DELETE', path: annotationPath(id) }, signal);
    },
  }),
);

/** The annotations of opsdeck with a key, of the last day. Throws WireError. */
const ofKey = async (
  client: GrafanaClient,
  key: string,
  signal: AbortSignal,
): Promise<readonly Annotation[]> => {
  const fromMs = client.api.wallNow() - dayMs;
  const annotations = await client.annotations({ fromMs, tags: [key] }, signal);
  return annotations.filter(({ tags }) => tags.includes(ownTag) && tags.includes(key));
};

const keyPathOf = ({ api }: GrafanaClient, key: string): string =>
  annotationsSincePath(api.wallNow() - dayMs, api.wallNow(), [key]);

/** `endAnnotation`: makes the newest point with a key a region that ends now. Source: Grafana, PATCH /api/annotations/:id. */
const endOperation = defineOperation(
  declareOperation({ name: 'endAnnotation', danger: 'safe', params: z.strictObject({ key: zKey }) }),
  (client: GrafanaClient) => ({
    plan: async ({ key }, signal) => {
      const { api } = client;
      const path = keyPathOf(client, key);
      const all = await readForPlan(api, path, () => ofKey(client, key, signal));
      const open = all.filter(({ timeEnd }) => timeEnd === undefined).at(-1);
      if (open === undefined)
        throw notApplicable(
          `no annotation without an end has the tags ${ownTag} and ${key} in the last day: check key, or create an annotation first`,
        );
      return {
        targets: [
          {
            name: `annotation ${open.id}`,
            uid: api.endpoint.url(annotationPath(open.id)),
            saw: 'no end',
            where: api.endpoint.base,
          },
        ],
        calls: [
          {
            line: api.endpoint.line('PATCH', annotationPath(open.id)),
            body: JSON.stringify({ timeEnd: Math.round(api.wallNow()) }),
            target: 0,
          },
        ],
        objects: [describeAnnotation(open)],
        changes: ['the annotation gets an end: none → now'],
        lost: 'there is no undo, because Grafana cannot remove the end of an annotation',
        earlier: open.id,
      };
    },
    permits: (_, signal) => permitOf(client, 'annotations:write', signal),
    recheck: async (plan, signal) => {
      const [target] = plan.targets;
      const read = parseAnnotation(await client.api.read(annotationPath(String(plan.earlier)), signal));
      const found = read.timeEnd === undefined ? 'no end' : regionText(read);
      return target === undefined || found === target.saw
        ? undefined
        : { target: target.name, planned: target.saw, found };
    },
    act: async function* (plan, change, signal) {
      const body = plan.calls[0]?.body;
      if (body === undefined) throw new Error('internal error: a change was planned without a body');
      const path = annotationPath(String(plan.earlier));
      yield* sendCall(client.api, change, { method: 'PATCH', path, body }, signal);
    },
  }),
);

/** `annotations`: the annotations of opsdeck with a key, to verify `annotate` and `endAnnotation`. */
const listOperation = defineReadOperation(
  declareOperation({
    name: 'annotations',
    params: z.strictObject({ key: zKey }),
    resultKinds: ['json'],
  }),
  (client: GrafanaClient) => ({
    plan: async ({ key }) => ({
      targets: [{ name: key, uid: `tag ${key}`, saw: '', where: client.api.endpoint.base }],
      calls: [{ line: client.api.endpoint.line('GET', keyPathOf(client, key)), target: 0 }],
      objects: [`annotations with the tags ${ownTag} and ${key} of the last day`],
    }),
    act: async function* ({ params: { key } }, _, signal): AsyncGenerator<ActEvent> {
      const path = keyPathOf(client, key);
      const line = client.api.endpoint.line('GET', path);
      yield { is: 'call', line };
      try {
        const all = await ofKey(client, key, signal);
        const json = { count: all.length, ended: all.filter(({ timeEnd }) => timeEnd !== undefined).length };
        const text = all.map(describeAnnotation).join('\n') || 'no annotations';
        yield { is: 'found', found: { json, text } };
        yield { is: 'output', text };
        yield { is: 'answered', line, status: '200 OK', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: client.api.fault(path, error).message, ok: false };
      }
    },
  }),
);

/** The operations of the source. */
export const grafanaOperations = [annotateOperation, deleteOperation, endOperation, listOperation];
