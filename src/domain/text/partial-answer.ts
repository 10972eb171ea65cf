import { isObject } from './value-text.ts';

type Document = Readonly<Record<string, unknown>>;

const partOf = (document: Document, name: string): Document => {
  const value = document[name];
  return isObject(value) ? value : {};
};

const isSome = (value: unknown): boolean => typeof value === 'number' && value > 0;

/**
 * Returns how a JSON document says that it lacks a part of the data it was asked for, in the words of servers that answer with what they have:
 * Elasticsearch and OpenSearch (`_shards`, `timed_out`), Prometheus and Thanos (`warnings`), VictoriaMetrics (`isPartial`), GraphQL (`errors` beside
 * `data`) and Kubernetes (`metadata.continue`). Undefined: it says no such thing.
 */
export const partialAnswerText = (document: unknown): string | undefined => {
  if (!isObject(document)) return undefined;
  const { failed } = partOf(document, '_shards');
  if (isSome(failed)) return `${String(failed)} shards failed`;
  if (document.timed_out === true) return 'the server ran out of time before everything was read';
  if (document.isPartial === true) return 'some of the stores behind the server did not answer';
  const { warnings, errors, data, status } = document;
  if (status === 'success' && Array.isArray(warnings) && warnings.length > 0) return String(warnings[0]);
  if (data !== undefined && Array.isArray(errors) && errors.length > 0)
    return 'the answer has errors beside the data';
  const more = partOf(document, 'metadata').continue;
  return typeof more === 'string' && more !== '' ? 'the answer is only one page of several' : undefined;
};
