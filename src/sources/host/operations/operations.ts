import { backup } from './backup.ts';
import { environment } from './environment.ts';
import { hostExec } from './exec.ts';
import { kill } from './kill.ts';
import { looks } from './looks.ts';
import { restore } from './restore.ts';
import { setEnv } from './set-env.ts';
import { swap } from './swap.ts';
import { systemctl } from './systemctl.ts';

/** Every operation of this source; a new one is its file and a line here. */
export const hostOperations = [
  systemctl,
  kill,
  hostExec,
  backup,
  restore,
  swap,
  setEnv,
  ...looks,
  environment,
];
