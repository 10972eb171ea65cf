import { stringify } from 'yaml';
import type {
  DescribedObject,
  DescriptionFormat,
  ObjectDescription,
} from '../../../../domain/facts/object-description.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { maskSecretValue } from '../../../kit/values/secrets.ts';
import { entries, field, list, text } from '../../../kit/values/wire-value.ts';
import { apiResources, findApiResource, objectPath, parseObjectRef } from '../../api/api-resources.ts';
import { parseLabels } from '../../api/object-meta.ts';
import type { KubeParts } from '../../api/parts.ts';
import { parsePod } from '../../pod/parse-pod.ts';
import { lastApplied } from '../write/field-diff.ts';
import { eventsPath, readPinnedObject } from '../write/find-object.ts';
import { defineObjectRead, objectParams } from '../write/read-operation.ts';
import { redactObject } from '../write/redact-object.ts';
import { formatConditions, formatRollout, rolloutParsers } from '../write/rollout.ts';
import { appliedDiffLines } from './applied-diff.ts';
import { readNamespaceEvents, readObjectEvents } from './event-table.ts';
import { formatEventLines } from './events.ts';

const omitField = (raw: unknown, key: string): unknown =>
  Object.fromEntries(entries(raw).filter(([name]) => name !== key));

const replaceField = (raw: unknown, key: string, make: (data: unknown) => unknown): unknown =>
  Object.fromEntries(entries(raw).map(([name, data]) => [name, name === key ? make(data) : data]));

/** Formats an object as YAML without managed fields and without secrets. */
const yamlLines = (raw: unknown): readonly string[] => {
  const shown = replaceField(raw, 'metadata', (metadata) =>
    replaceField(omitField(metadata, 'managedFields'), 'annotations', (data) => omitField(data, lastApplied)),
  );
  const left = '# omitted: managedFields, last-applied-configuration, secret values (…)';
  return [left, ...stringify(redactObject(shown), { lineWidth: 0 }).trimEnd().split('\n')];
};

/** Describes an object and its events, or its YAML. A container is described as part of its pod. Throws WireError. */
export const createKubernetesDescriber =
  (parts: KubeParts) =>
  async (
    { kind: word, name: ownName, owner, namespace }: DescribedObject,
    how: DescriptionFormat,
    signal: AbortSignal,
  ): Promise<ObjectDescription> => {
    if (word === 'namespace' && how === 'events') {
      const read = await readNamespaceEvents(parts, ownName, signal);
      return { title: `namespace/${read.namespace}`, lines: read.lines };
    }
    const isContainer = word === 'container';
    const kind = isContainer ? apiResources.pod : findApiResource(word);
    const name = isContainer ? owner : ownName;
    if (kind === undefined)
      throw new WireError(
        'missing',
        `the API server has no kind ${word}: check the name, and whether the CRD is installed`,
      );
    const where = kind.isNamespaced ? namespace : '*';
    const title = `${kind.singular}/${name}`;
    if (how === 'events')
      return { title, lines: await readObjectEvents(parts, eventsPath(kind, where, name), signal) };
    const raw = await parts.client.get(objectPath(kind, where, name), signal);
    if (how === 'applied') return { title, lines: appliedDiffLines(raw) };
    if (how === 'yaml') return { title, lines: yamlLines(raw) };
    return {
      title,
      lines: [
        ...objectDetailLines(title, raw, parts),
        '',
        'events',
        ...(await readEventLines(parts, eventsPath(kind, where, name), signal)).map((line) => `  ${line}`),
      ],
    };
  };

const objectDetailLines = (title: string, raw: unknown, parts: KubeParts): readonly string[] => {
  const annotations = entries(field(field(raw, 'metadata'), 'annotations')).filter(
    ([name]) => name !== lastApplied,
  );
  return [
    ...describeLines(title, raw, parts),
    ...annotations.map(([name, value]) => `annotation ${name}=${String(redactObject(value))}`),
  ];
};

/** Events may be forbidden where the object is not; the object is shown anyway. */
const readEventLines = async (
  parts: KubeParts,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  try {
    return formatEventLines(await parts.client.get(path, signal), parts);
  } catch (error) {
    if (signal.aborted) throw error;
    return [`opsdeck cannot read this part: ${parts.client.fault(path, error).message}`];
  }
};

/** `describe`: an object in lines: state, conditions, containers with image, limits and environment, and its events. */
export const describe = defineObjectRead(
  { name: 'describe', says: 'shows an object and the events about the object', params: objectParams },
  (parts) => ({
    requests: async ({ object, namespace: requestedNamespace }, signal) => {
      const {
        kind,
        namespace,
        request: pinned,
      } = await readPinnedObject(parts, object, requestedNamespace, signal);
      return [pinned, { ...pinned, path: eventsPath(kind, namespace, pinned.target.name) }];
    },
    lines: (answer, index, { object }) =>
      index === 0 ? describeLines(object, answer.json(), parts) : formatEventLines(answer.json(), parts),
  }),
);

/** State, conditions, containers with image, limits and environment. */
const describeLines = (object: string, raw: unknown, parts: KubeParts): readonly string[] => {
  const kind = parseObjectRef(object)?.kind;
  const labels = Object.entries(parseLabels(field(field(raw, 'metadata'), 'labels')));
  const judge = rolloutParsers[kind?.singular ?? ''];
  const spec = field(raw, 'spec');
  const template = kind === apiResources.pod ? spec : field(field(spec, 'template'), 'spec');
  return [
    ...(judge === undefined ? [] : [formatRollout(object, judge(raw))]),
    ...(kind === apiResources.pod ? describePod(raw, parts) : []),
    ...(labels.length === 0 ? [] : [`labels ${labels.map(([name, value]) => `${name}=${value}`).join(',')}`]),
    ...formatConditions(raw),
    ...list(field(template, 'containers')).flatMap(describeContainers),
  ];
};

const describePod = (raw: unknown, { strings, client }: KubeParts): readonly string[] => {
  const pod = parsePod(raw, strings, client.toClock);
  const detail = pod.detail === undefined ? '' : `: ${pod.detail}`;
  return [
    `${pod.status}${detail}; ${pod.ready} of ${pod.wanted} ready, ${pod.restarts} restarts, node ${pod.node || 'none'}, owner ${pod.owner || 'none'}`,
    ...pod.containers.map((container) => {
      const why = container.detail === undefined ? '' : `: ${container.detail}`;
      return `container ${container.name}: ${container.status}${why}, ${container.restarts} restarts`;
    }),
  ];
};

const describeContainers = (raw: unknown): readonly string[] => {
  const name = text(field(raw, 'name')) ?? '';
  const amounts = (of: 'limits' | 'requests'): string =>
    entries(field(field(raw, 'resources'), of))
      .map(([what, amount]) => `${what} ${String(amount)}`)
      .join(' ');
  const limits = amounts('limits');
  const requests = amounts('requests');
  const parts = [
    `image ${text(field(raw, 'image')) ?? 'none'}`,
    limits === '' ? 'no limits' : `limits ${limits}`,
    requests === '' ? '' : `requests ${requests}`,
  ];
  return [
    `container ${name}: ${parts.filter((part) => part !== '').join(', ')}`,
    ...list(field(raw, 'env')).map((value) => `  ${name} env ${formatEnvEntry(value)}`),
  ];
};

const formatEnvEntry = (value: unknown): string => {
  const name = text(field(value, 'name')) ?? '';
  const [from] = entries(field(value, 'valueFrom'));
  if (from === undefined) return `${name}=${maskSecretValue(name, text(field(value, 'value')) ?? '')}`;
  const ref = [
    text(field(from[1], 'name')),
    text(field(from[1], 'key')) ?? text(field(from[1], 'fieldPath')),
  ];
  return `${name} from ${from[0].replace(/Ref$/, '')} ${ref.filter((part) => part !== undefined).join('/')}`;
};
