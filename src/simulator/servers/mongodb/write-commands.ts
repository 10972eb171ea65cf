import { isObject } from '../../../domain/text/value-text.ts';
import type { IndexSpec, StoredDocument } from '../../model/spec/mongodb.ts';
import type { MongoCall, MongoHandler } from './call.ts';
import { MongoCommandError } from './command-error.ts';
import { isMatchOf } from './match.ts';
import { applyUpdate } from './update.ts';

const recordsOf = (value: unknown): readonly StoredDocument[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const assertWritable = ({ server }: MongoCall): void => {
  if (!server.isPrimary) throw new MongoCommandError(10_107, 'NotWritablePrimary', 'not primary');
};

const update: MongoHandler = (call) => {
  const { server, command, database, record } = call;
  assertWritable(call);
  const { documents } = server.requireCollection(`${database}.${String(command.update)}`);
  let n = 0;
  let nModified = 0;
  for (const { q, u, multi } of recordsOf(command.updates)) {
    record(`update ${database}.${String(command.update)}`, JSON.stringify({ q, u }));
    const matched = documents.filter((document) => isMatchOf(document, isObject(q) ? q : {}));
    for (const document of multi === true ? matched : matched.slice(0, 1)) {
      n += 1;
      if (applyUpdate(document, isObject(u) ? u : {}, server.now)) nModified += 1;
    }
  }
  return { n, nModified, ok: 1 };
};

const isIndex = (value: StoredDocument): value is StoredDocument & IndexSpec =>
  typeof value.name === 'string' && isObject(value.key);

const createIndexes: MongoHandler = async (call) => {
  const { server, command, database, record, sleep } = call;
  assertWritable(call);
  const ns = `${database}.${String(command.createIndexes)}`;
  const collection = server.requireCollection(ns);
  const before = collection.indexes.length;
  for (const index of recordsOf(command.indexes).filter(isIndex)) {
    record(`createIndexes ${ns} ${index.name}`);
    const known = collection.indexes.find(({ name }) => name === index.name);
    if (known !== undefined && JSON.stringify(known.key) !== JSON.stringify(index.key))
      throw new MongoCommandError(
        86,
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index: ${index.name}`,
      );
    if (known !== undefined) continue;
    const { indexBuildMs = 0 } = server.spec;
    const build = { ns, command, startedAt: server.now, endsAt: server.now + indexBuildMs };
    server.builds.add(build);
    if (indexBuildMs > 0) await sleep(indexBuildMs);
    server.builds.delete(build);
    const { v: _, ...spec } = index;
    collection.indexes = [...collection.indexes, spec];
  }
  return { numIndexesBefore: before, numIndexesAfter: collection.indexes.length, ok: 1 };
};

const dropIndexes: MongoHandler = (call) => {
  const { server, command, database, record } = call;
  assertWritable(call);
  const ns = `${database}.${String(command.dropIndexes)}`;
  const collection = server.requireCollection(ns);
  record(`dropIndexes ${ns} ${String(command.index)}`);
  if (!collection.indexes.some(({ name }) => name === command.index))
    throw new MongoCommandError(27, 'IndexNotFound', `index not found with name [${String(command.index)}]`);
  const nIndexesWas = collection.indexes.length;
  collection.indexes = collection.indexes.filter(({ name }) => name !== command.index);
  return { nIndexesWas, ok: 1 };
};

const profile: MongoHandler = ({ server, command, record }) => {
  const { level, slowMs } = server.profiler;
  if (command.profile !== -1) {
    record(`profile ${String(command.profile)} ${String(command.slowms ?? '')}`.trim());
    server.profiler = { level: Number(command.profile), slowMs: Number(command.slowms ?? slowMs) };
  }
  return { was: level, slowms: slowMs, sampleRate: 1, ok: 1 };
};

const setParameter: MongoHandler = ({ server, command, record }) => {
  const [, [name, value] = ['', undefined]] = Object.entries(command);
  const was = server.parameters.get(name);
  if (was === undefined)
    throw new MongoCommandError(72, 'InvalidOptions', `attempted to set unrecognized parameter [${name}]`);
  if (typeof value !== typeof was || typeof value === 'object' || value === undefined)
    throw new MongoCommandError(2, 'BadValue', `Invalid value for parameter ${name}: ${String(value)}`);
  record(`setParameter ${name} ${String(value)}`);
  server.parameters.set(name, value as string | number | boolean);
  return { was, ok: 1 };
};

const killOp: MongoHandler = ({ server, command, record }) => {
  record(`killOp ${String(command.op)}`);
  const victim = [...server.connections.values()].find(({ opid }) => opid === command.op);
  if (victim !== undefined) victim.operation = undefined;
  return { info: 'attempting to kill op', ok: 1 };
};

const updateUser: MongoHandler = (call) => {
  const { server, command, record } = call;
  assertWritable(call);
  const name = String(command.updateUser);
  record(`updateUser ${name}`);
  if (!server.passwords.has(name))
    throw new MongoCommandError(11, 'UserNotFound', `Could not find user "${name}" for db "admin"`);
  server.passwords.set(name, String(command.pwd));
  return { ok: 1 };
};

/** Commands that change the model. */
export const writeCommands: Readonly<Record<string, MongoHandler>> = {
  createIndexes,
  dropIndexes,
  killOp,
  profile,
  setParameter,
  update,
  updateUser,
};
