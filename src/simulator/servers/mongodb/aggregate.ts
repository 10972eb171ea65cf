import { isObject } from '../../../domain/text/value-text.ts';
import type { MongoServer } from '../../model/mongodb/mongo-server.ts';
import type { StoredDocument } from '../../model/spec/mongodb.ts';
import { MongoCommandError } from './command-error.ts';
import { isMatchOf, sorted, valueAt } from './match.ts';
import { currentOperations, selfName, storageStats } from './status.ts';

/** The value of '$field', `$cond` or `$eq`, or a constant. */
const expressionOf = (document: StoredDocument, expression: unknown): unknown => {
  if (typeof expression === 'string' && expression.startsWith('$'))
    return valueAt(document, expression.slice(1));
  if (!isObject(expression)) return expression;
  const parts = (list: unknown): readonly unknown[] =>
    (Array.isArray(list) ? list : []).map((value) => expressionOf(document, value));
  if (expression.$eq !== undefined) {
    const [a, b] = parts(expression.$eq);
    return a === b;
  }
  if (expression.$cond === undefined) return expression;
  const [isTrue, then, otherwise] = parts(expression.$cond);
  return isTrue === true ? then : otherwise;
};

const group = (documents: readonly StoredDocument[], spec: StoredDocument): readonly StoredDocument[] => {
  const groups = new Map<string, StoredDocument>();
  for (const document of documents) {
    const id = expressionOf(document, spec._id) ?? null;
    const found = groups.get(JSON.stringify(id)) ?? { _id: id };
    for (const [name, accumulator] of Object.entries(spec)) {
      if (name === '_id') continue;
      if (!isObject(accumulator) || accumulator.$sum === undefined)
        throw new MongoCommandError(15_952, 'Location15952', `unknown group operator of ${name}`);
      found[name] = Number(found[name] ?? 0) + Number(expressionOf(document, accumulator.$sum) ?? 0);
    }
    groups.set(JSON.stringify(id), found);
  }
  return [...groups.values()];
};

/** The documents that the first stage of a pipeline produces, where it does not read the collection. */
const sourceStage = (
  server: MongoServer,
  namespace: string,
  stage: StoredDocument | undefined,
): readonly StoredDocument[] | undefined => {
  if (isObject(stage?.$currentOp)) return currentOperations(server, stage.$currentOp);
  if (stage?.$collStats !== undefined)
    return [{ ns: namespace, storageStats: storageStats(server, namespace) }];
  if (stage?.$indexStats !== undefined)
    return (server.collection(namespace)?.indexes ?? []).map(({ uses = 0, ...index }) => ({
      name: index.name,
      key: index.key,
      host: selfName,
      spec: { v: 2, ...index },
      accesses: { ops: BigInt(uses), since: new Date(server.now - 86_400_000) },
    }));
  return undefined;
};

const applyStage = (
  documents: readonly StoredDocument[],
  stage: StoredDocument,
): readonly StoredDocument[] => {
  const [[name, spec] = ['', undefined]] = Object.entries(stage);
  if (name === '$match' && isObject(spec)) return documents.filter((document) => isMatchOf(document, spec));
  if (name === '$group' && isObject(spec)) return group(documents, spec);
  if (name === '$sort' && isObject(spec)) return sorted(documents, spec);
  if (name === '$limit') return documents.slice(0, Number(spec));
  if (name === '$count') return documents.length === 0 ? [] : [{ [String(spec)]: documents.length }];
  throw new MongoCommandError(40_324, 'Location40324', `Unrecognized pipeline stage name: '${name}'`);
};

/** Runs the stages of a pipeline that the simulator knows. */
export const runPipeline = (
  server: MongoServer,
  namespace: string,
  pipeline: readonly StoredDocument[],
): readonly StoredDocument[] => {
  const first = sourceStage(server, namespace, pipeline[0]);
  const rest = first === undefined ? pipeline : pipeline.slice(1);
  return rest.reduce(applyStage, first ?? server.collection(namespace)?.documents ?? []);
};
