import type { Operation } from '../../source.ts';
import type { KubeParts } from '../parts.ts';
import { actingOperation } from './acting-operation.ts';
import { applyRecipe } from './apply.ts';
import { keepOperation } from './data/keep.ts';
import { dataOperation } from './data/read-data.ts';
import { setDataRecipe } from './data/set-data.ts';
import { deleteRecipe } from './delete.ts';
import { diffOperation } from './diff.ts';
import { execOperation } from './exec.ts';
import { heapRoomLook } from './heap-room.ts';
import { jobRecipe } from './job.ts';
import { limitsRecipe } from './limits.ts';
import { listenersLook } from './listeners.ts';
import { lookOperation } from './look-inside.ts';
import { patchRecipe } from './patch.ts';
import { restartRecipe } from './restart.ts';
import { rollbackRecipe } from './rollback.ts';
import { scaleRecipe } from './scale.ts';
import { setEnvRecipe } from './set-env.ts';
import { setImageRecipe } from './set-image.ts';

/** What changes something. `dir`: where the profile is, for files that `apply` names. */
export const actingOperations = (parts: KubeParts, dir = process.cwd()): readonly Operation[] => [
  actingOperation(parts, restartRecipe(parts)),
  actingOperation(parts, scaleRecipe(parts)),
  actingOperation(parts, rollbackRecipe(parts)),
  actingOperation(parts, setImageRecipe(parts)),
  actingOperation(parts, setEnvRecipe(parts)),
  actingOperation(parts, limitsRecipe(parts)),
  actingOperation(parts, patchRecipe(parts)),
  actingOperation(parts, applyRecipe(parts, dir)),
  actingOperation(parts, setDataRecipe(parts, dir)),
  dataOperation(parts, dir),
  keepOperation(parts, dir),
  actingOperation(parts, deleteRecipe(parts)),
  diffOperation(parts, dir),
  actingOperation(parts, jobRecipe(parts)),
  execOperation(parts, dir),
  lookOperation(parts, heapRoomLook(parts)),
  lookOperation(parts, listenersLook(parts)),
];
