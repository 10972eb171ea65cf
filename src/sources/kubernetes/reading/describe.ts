import { shownValue } from '../../secret-name.ts';
import { entries, field, list, text } from '../../wire-value.ts';
import { kinds, objectNamed } from '../kinds.ts';
import { labelsOf } from '../meta.ts';
import type { KubeParts } from '../parts.ts';
import { parsePod } from '../pod/parse.ts';
import { eventLines } from './events.ts';
import { eventsPath, findObject } from './object.ts';
import { objectParams } from './params.ts';
import { defineReading } from './reading-operation.ts';
import { conditionLines, rolloutOf, rolloutWords } from './rollout.ts';

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
