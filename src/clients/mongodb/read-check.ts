import { isObject } from '../../domain/text/value-text.ts';
import { type MongoDocument, MongoError } from './mongo-types.ts';

/** Returns why a command does not only read; undefined if it does. */
type Check = (command: MongoDocument) => string | undefined;

/** Stages that read. Source: MongoDB docs, Aggregation Stages. */
const readStages: ReadonlySet<string> = new Set(
  `$addFields $bucket $bucketAuto $collStats $count $currentOp $densify $documents $facet $fill $geoNear $graphLookup
  $group $indexStats $limit $lookup $match $planCacheStats $project $redact $replaceRoot $replaceWith $sample $set
  $setWindowFields $skip $sort $sortByCount $unionWith $unset $unwind`.split(/\s+/),
);
/** Keys that write, or that run JavaScript on the server; refused at any depth. */
const refusedKeys: ReadonlySet<string> = new Set(['$accumulator', '$function', '$merge', '$out', '$where']);
/** Collections with password hashes and keys. */
const secretCollection = /^system\.(?:users|keys|backup_users|new_users)$/;

const refusedKeyIn = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (refusedKeys.has(key)) return key;
    const found = refusedKeyIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
};

const pipelineProblem: Check = ({ pipeline }) => {
  if (!Array.isArray(pipeline)) return 'aggregate needs a pipeline. Add pipeline: [ … ]';
  const stages = pipeline.flatMap((stage) => (isObject(stage) ? Object.keys(stage) : ['?']));
  const wrong = stages.find((stage) => !readStages.has(stage));
  return wrong === undefined ? undefined : `the stage ${wrong}`;
};

const any: Check = () => undefined;
const only =
  (...names: readonly string[]): Check =>
  (command) => {
    const wrong = Object.keys(command).find((name) => !names.includes(name));
    return wrong === undefined ? undefined : `the option ${wrong}`;
  };

/** Commands that read. One that is not listed is refused before it is sent. Source: MongoDB docs, Database Commands. */
const readCommands: Readonly<Record<string, Check>> = {
  aggregate: pipelineProblem,
  buildInfo: any,
  collStats: any,
  connectionStatus: any,
  count: any,
  dbStats: any,
  distinct: any,
  explain: (command) => {
    const inner = command.explain;
    const [name = ''] = isObject(inner) ? Object.keys(inner) : [];
    return isObject(inner) && /^(?:aggregate|count|distinct|find)$/.test(name)
      ? readProblem(inner)
      : `explain of ${name}`;
  },
  find: any,
  getParameter: any,
  hello: any,
  hostInfo: any,
  listCollections: any,
  listDatabases: any,
  listIndexes: any,
  ping: any,
  // Any other level changes it.
  profile: (command) => (command.profile === -1 ? only('profile')(command) : 'profile with a level'),
  replSetGetStatus: any,
  serverStatus: any,
  top: any,
  usersInfo: (command) => (command.showCredentials === true ? 'showCredentials' : undefined),
};

const readProblem = (command: MongoDocument): string | undefined => {
  const [name = ''] = Object.keys(command);
  const check = Object.hasOwn(readCommands, name) ? readCommands[name] : undefined;
  if (check === undefined) return name === '' ? 'an empty command' : name;
  const collection = command[name];
  if (typeof collection === 'string' && secretCollection.test(collection)) return `${name} of ${collection}`;
  return check(command) ?? refusedKeyIn(command);
};

/** Returns why a command is not known to read; undefined if it is. For checks of a profile. */
export const readCommandProblem = (command: MongoDocument): string | undefined => {
  const problem = readProblem(command);
  return problem === undefined ? undefined : `opsdeck sends only commands that read, not ${problem}`;
};

/** Throws a `denied` MongoError for a command that is not known to read. */
export const assertMongoRead = (command: MongoDocument): void => {
  const problem = readCommandProblem(command);
  if (problem !== undefined) throw new MongoError('denied', problem);
};
