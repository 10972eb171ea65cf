import { describe } from '../reading/describe.ts';
import { events } from '../reading/events.ts';
import { podLogs } from '../reading/logs.ts';
import { rollout } from '../reading/rollout.ts';
import { apply } from './apply.ts';
import { keep } from './data/keep.ts';
import { data } from './data/read-data.ts';
import { setData } from './data/set-data.ts';
import { deleteObject } from './delete.ts';
import { diff } from './diff.ts';
import { podExec } from './exec.ts';
import { heapRoom } from './heap-room.ts';
import { job } from './job.ts';
import { limits } from './limits.ts';
import { listeners } from './listeners.ts';
import { patch } from './patch.ts';
import { restart } from './restart.ts';
import { rollback } from './rollback.ts';
import { scale } from './scale.ts';
import { setEnv } from './set-env.ts';
import { setImage } from './set-image.ts';

/** Every operation of this source; a new one is its file and a line here. */
export const kubernetesOperations = [
  podLogs,
  describe,
  events,
  rollout,
  diff,
  restart,
  scale,
  rollback,
  setImage,
  setEnv,
  limits,
  patch,
  apply,
  data,
  keep,
  setData,
  deleteObject,
  job,
  podExec,
  heapRoom,
  listeners,
];
