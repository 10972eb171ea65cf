import { mongoConsoleOperation } from './console-operation.ts';
import { mongoCreateIndexOperation, mongoDropIndexOperation } from './index-operations.ts';
import { killOperationOperation } from './kill-operation.ts';
import { mongoLoginOperation, mongoPasswordOperation } from './password-operations.ts';
import { mongoQueryOperation } from './query-operation.ts';
import { mongoSettingOperation, profileOperation } from './setting-operations.ts';
import { updateManyOperation } from './update-operation.ts';

/** All operations of this source. */
export const mongoOperations = [
  killOperationOperation,
  mongoCreateIndexOperation,
  mongoDropIndexOperation,
  profileOperation,
  mongoSettingOperation,
  updateManyOperation,
  mongoPasswordOperation,
  mongoLoginOperation,
  mongoConsoleOperation,
  mongoQueryOperation,
];
