import { stringify } from 'yaml';
import type { Described, DescribeHow } from '../../../domain/described.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { WireError } from '../../../platform/failures.ts';
import { shownValue } from '../../secret-name.ts';
import { entries, field, list, text } from '../../wire-value.ts';
import { kindNamed, kinds, objectNamed, objectPath } from '../kinds.ts';
import { labelsOf } from '../meta.ts';
import { eventsPath, findObject } from '../operations/found.ts';
import { withoutSecrets } from '../operations/without-secrets.ts';
import type { KubeParts } from '../parts.ts';
import { parsePod } from '../pod/parse.ts';
import { eventLines } from './events.ts';
import { defineReading, objectParams } from './reading-operation.ts';
import { conditionLines, rolloutOf, rolloutWords } from './rollout.ts';

/** Repeats the whole object, in a text that nobody reads. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

const without = (raw: unknown, key: string): unknown =>
  Object.fromEntries(entries(raw).filter(([name]) => name !== key));

const replaced = (raw: unknown, key: string, make: (held: unknown) => unknown): unknown =>
  Object.fromEntries(entries(raw).map(([name, held]) => [name, name === key ? make(held) : held]));

/** An object as YAML, without who manages which field, and without what is secret. */
const yamlLines = (raw: unknown): readonly string[] => {
  const shown = replaced(raw, 'metadata', (metadata) =>
    replaced(without(metadata, 'managedFields'), 'annotations', (held) => without(held, lastApplied)),
  );
  const left = '# left out: managedFields, last-applied-configuration, values that are secret (…)';
  return [left, ...stringify(withoutSecrets(shown), { lineWidth: 0 }).trimEnd().split('\n')];
};

/** An object and its events, or its YAML. A container is a part of its pod, and told with it. Throws WireError. */
export const describeObject =
  (parts: KubeParts) =>
  async (
    { kind: word, name: ownName, owner, namespace }: Workload,
    how: DescribeHow,
    signal: AbortSignal,
  ): Promise<Described> => {
    const isContainer = word === 'container';
    const kind = isContainer ? kinds.pod : kindNamed(word);
    const name = isContainer ? owner : ownName;
    if (kind === undefined) throw new WireError('missing', `Kubernetes has no kind ${word}`);
    const where = kind.isNamespaced ? namespace : '*';
    const title = `${kind.word}/${name}`;
    const raw = await parts.client.get(objectPath(kind, where, name), signal);
    if (how === 'yaml') return { title, lines: yamlLines(raw) };
    return {
      title,
      lines: [
        ...describedLines(title, raw, parts),
        '',
        'events',
        ...(await eventsOf(parts, eventsPath(kind, where, name), signal)).map((line) => `  ${line}`),
      ],
    };
  };

const describedLines = (title: string, raw: unknown, parts: KubeParts): readonly string[] => {
  const annotations = entries(field(field(raw, 'metadata'), 'annotations')).filter(
    ([name]) => name !== lastApplied,
  );
  return [
    ...objectLines(title, raw, parts),
    ...annotations.map(([name, value]) => `annotation ${name}=${String(withoutSecrets(value))}`),
  ];
};

/** Events may be denied where the object is not; what is seen of it is shown all the same. */
const eventsOf = async (parts: KubeParts, path: string, signal: AbortSignal): Promise<readonly string[]> => {
  try {
    return eventLines(await parts.client.get(path, signal), parts);
  } catch (error) {
    if (signal.aborted) throw error;
    return [`not seen: ${parts.client.fault(path, error).message}`];
  }
};

/** `describe`: an object in lines: state, conditions, containers with image, limits and environment, and its events. */
export const describe = defineReading({ name: 'describe', params: objectParams }, (parts) => ({
  asks: async ({ object, namespace: given }, signal) => {
    const { kind, namespace, asked } = await findObject(parts, object, given, signal);
    return [asked, { ...asked, path: eventsPath(kind, namespace, asked.target.name) }];
  },
  lines: (answer, index, { object }) =>
    index === 0 ? objectLines(object, answer.json(), parts) : eventLines(answer.json(), parts),
}));

/** State, conditions, containers with image, limits and environment. */
export const objectLines = (object: string, raw: unknown, parts: KubeParts): readonly string[] => {
  const kind = objectNamed(object)?.kind;
  const labels = Object.entries(labelsOf(field(field(raw, 'metadata'), 'labels')));
  const judge = rolloutOf[kind?.word ?? ''];
  const spec = field(raw, 'spec');
  const template = kind === kinds.pod ? spec : field(field(spec, 'template'), 'spec');
  return [
    ...(judge === undefined ? [] : [rolloutWords(object, judge(raw))]),
    ...(kind === kinds.pod ? podLines(raw, parts) : []),
    ...(labels.length === 0 ? [] : [`labels ${labels.map(([name, value]) => `${name}=${value}`).join(',')}`]),
    ...conditionLines(raw),
    ...list(field(template, 'containers')).flatMap(containerLines),
  ];
};

const podLines = (raw: unknown, { strings, client }: KubeParts): readonly string[] => {
  const pod = parsePod(raw, strings, client.toClock);
  const detail = pod.detail === undefined ? '' : `: ${pod.detail}`;
  return [
    `${pod.status}${detail}; ${pod.ready} of ${pod.wanted} ready, ${pod.restarts} restarts, node ${pod.node || 'none'}, owner ${pod.owner || 'none'}`,
    ...pod.containers.map((one) => {
      const why = one.detail === undefined ? '' : `: ${one.detail}`;
      return `container ${one.name}: ${one.status}${why}, ${one.restarts} restarts`;
    }),
  ];
};

const containerLines = (raw: unknown): readonly string[] => {
  const name = text(field(raw, 'name')) ?? '';
  const amounts = (of: 'limits' | 'requests'): string =>
    entries(field(field(raw, 'resources'), of))
      .map(([what, amount]) => `${what} ${String(amount)}`)
      .join(' ');
  const [limits, requests] = [amounts('limits'), amounts('requests')];
  const parts = [
    `image ${text(field(raw, 'image')) ?? 'none'}`,
    limits === '' ? 'no limits' : `limits ${limits}`,
    requests === '' ? '' : `requests ${requests}`,
  ];
  return [
    `container ${name}: ${parts.filter((part) => part !== '').join(', ')}`,
    ...list(field(raw, 'env')).map((one) => `  ${name} env ${envWords(one)}`),
  ];
};

const envWords = (one: unknown): string => {
  const name = text(field(one, 'name')) ?? '';
  const [from] = entries(field(one, 'valueFrom'));
  if (from === undefined) return `${name}=${shownValue(name, text(field(one, 'value')) ?? '')}`;
  const ref = [
    text(field(from[1], 'name')),
    text(field(from[1], 'key')) ?? text(field(from[1], 'fieldPath')),
  ];
  return `${name} from ${from[0].replace(/Ref$/, '')} ${ref.filter((part) => part !== undefined).join('/')}`;
};
