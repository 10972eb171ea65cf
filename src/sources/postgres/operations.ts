import type { ReadIo } from '../../doors/io.ts';
import type { Operation, SourceModule } from '../source.ts';
import type { PostgresClient } from './client.ts';
import { readDumpOperation, readDumpParams } from './dump-operation.ts';
import { executeOperation, executeParams } from './execute-operation.ts';
import {
  createIndexOperation,
  createIndexParams,
  dropIndexOperation,
  dropIndexParams,
} from './index-operations.ts';
import { loginOperation, loginParams } from './login-operation.ts';
import { reindexOperation, reindexParams, vacuumOperation, vacuumParams } from './maintenance.ts';
import { passwordOperation, passwordParams } from './password-operation.ts';
import { queryOperation, queryParams } from './query-operation.ts';
import { settingOperation, settingParams } from './setting-operation.ts';
import { signalOperation } from './signal-operation.ts';
import { cancelParams, terminateParams } from './victims.ts';

/** What the profile's loader has to know of each. */
export const operationSpecs: SourceModule['operations'] = {
  query: { params: queryParams, danger: 'read', finds: ['rows'], binds: { sql: 'statement' } },
  readDump: { params: readDumpParams, danger: 'read', finds: ['json'] },
  cancel: { params: cancelParams, danger: 'disruptive' },
  terminate: { params: terminateParams, danger: 'disruptive' },
  vacuum: { params: vacuumParams, danger: 'disruptive' },
  reindex: { params: reindexParams, danger: 'disruptive' },
  createIndex: { params: createIndexParams, danger: 'disruptive' },
  dropIndex: { params: dropIndexParams, danger: 'disruptive' },
  setting: { params: settingParams, danger: 'disruptive' },
  login: { params: loginParams, danger: 'read', finds: ['json'] },
  password: { params: passwordParams, danger: 'disruptive' },
  execute: { params: executeParams, danger: 'as-step', binds: { sql: 'statement', 'undo.sql': 'statement' } },
};

/** `dir`: where the profile is, for files that they name. */
export const operationsOf = (
  client: PostgresClient,
  { files, disk }: Pick<ReadIo, 'files' | 'disk'>,
  dir: string,
): readonly Operation[] => [
  queryOperation(client),
  readDumpOperation(client, { disk, files }, dir),
  signalOperation(client, 'cancel'),
  signalOperation(client, 'terminate'),
  vacuumOperation(client),
  reindexOperation(client),
  createIndexOperation(client),
  dropIndexOperation(client),
  settingOperation(client),
  loginOperation(client, files, dir),
  passwordOperation(client, files, dir),
  executeOperation(client),
];
