import type { KubeObject } from '../../model/spec/cluster-objects.ts';
import { badRequest } from './patch/api-error.ts';

type Test = (object: KubeObject) => boolean;

/** Commas between requirements, except those inside value lists. */
const requirements = (text: string): readonly string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const labelTest = (text: string): Test => {
  const labelOf = ({ metadata }: KubeObject, key: string): string | undefined => metadata.labels?.[key];
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', word, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (object) => {
      const value = labelOf(object, key);
      const isIn = value !== undefined && values.includes(value);
      return word === 'in' ? isIn : !isIn;
    };
  }
  const equal = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (equal !== null) {
    const [, key = '', word, expected] = equal;
    return (object) => (labelOf(object, key) === expected) === (word !== '!=');
  }
  const has = /^(!?)([A-Za-z0-9._/-]+)$/.exec(text);
  if (has === null) throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
  return (object) => (labelOf(object, has[2] ?? '') !== undefined) === (has[1] === '');
};

const valueAt = (object: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([name]) => name === key)?.[1]
          : undefined,
      object,
    );

/** Supported field selectors, besides `metadata.name` and `metadata.namespace`. */
const fields: Readonly<Record<string, readonly string[]>> = {
  events: [
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.uid',
    'reason',
    'type',
  ],
  secrets: ['type'],
  pods: ['spec.nodeName', 'status.phase', 'spec.restartPolicy'],
};

const fieldTest = (text: string, resource: string): Test => {
  const [, path = '', word, expected = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(text) ?? [];
  const known = ['metadata.name', 'metadata.namespace', ...(fields[resource] ?? [])];
  if (!known.includes(path)) throw badRequest(`field label not supported: ${path}`);
  return (object) => ((valueAt(object, path) ?? '') === expected) === (word !== '!=');
};

/** Returns true when an object matches `labelSelector` and `fieldSelector`. Throws a `400` for an invalid one. */
export const objectSelector = (query: URLSearchParams, resource: string): Test => {
  const tests = [
    ...requirements(query.get('labelSelector') ?? '').map(labelTest),
    ...requirements(query.get('fieldSelector') ?? '').map((text) => fieldTest(text, resource)),
  ];
  return (object) => tests.every((test) => test(object));
};
